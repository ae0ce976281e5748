//! Samples cut, polished and surveyed from real files made on the spot, with ffmpeg and ffprobe as witnesses.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

#[path = "common/folder.rs"]
mod folder;

use std::cell::Cell;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use mouthpiece::error::Error;
use mouthpiece::media::Part;
use mouthpiece::media::sample::{self, Cut, Polish};
use mouthpiece::media::survey::{self, Grade, Sort, Survey};

use folder::Bench;

const TALK: &str = "We built this for the people who finish the edit at two in the morning. Version three ships on \
    Thursday, and it is the quickest we have ever made. Nobody has to wait for a render again, which is a thing I have \
    wanted to say for years.";

/// Somebody speaking.
fn talk(bench: &Bench) -> PathBuf {
    bench.said(&["-v", "en-us", "-s", "150"], TALK)
}

fn cut(bench: &Bench, from: &Path, part: Part, polish: Polish) -> Result<Cut, Error> {
    sample::cut(from, part, polish, &bench.path("cut.wav"), &|_| true)
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

/// All samples of a file in one channel, as ffmpeg decodes it from its start.
fn by_ffmpeg(path: &Path) -> Vec<f32> {
    let arguments =
        ["-v", "error", "-i", text(path), "-map", "0:a:0", "-af", "aformat=channel_layouts=mono", "-f", "f32le", "-"];
    let bytes = Command::new("ffmpeg").args(arguments).output().unwrap().stdout;
    bytes.chunks_exact(4).map(|four| f32::from_le_bytes(*four.first_chunk().unwrap())).collect()
}

/// How alike two sounds are, −1 to 1.
fn alike(one: &[f32], other: &[f32]) -> f64 {
    let product = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum::<f64>();
    product(one, other) / (product(one, one) * product(other, other)).sqrt().max(1e-12)
}

/// The number after a word in what a filter of ffmpeg prints.
#[track_caller]
fn heard(path: &Path, filter: &str, word: &str) -> f64 {
    let arguments = ["-hide_banner", "-nostats", "-i", text(path), "-af", filter, "-f", "null", "-"];
    let said = Command::new("ffmpeg").args(arguments).output().unwrap().stderr;
    let said = String::from_utf8_lossy(&said).into_owned();
    let after = said.rsplit(word).next().unwrap();
    after.split_whitespace().next().unwrap().parse().unwrap_or_else(|_| panic!("{filter}: {said}"))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "seconds of samples")]
fn at(secs: f64, rate: u32) -> usize {
    (secs * f64::from(rate)).round() as usize
}

#[test]
fn a_cut_is_the_same_samples_as_ffmpeg_has_at_that_place() {
    let bench = Bench::new();
    let talk = talk(&bench);
    let stereo = ["-i", text(&talk), "-af", "aresample=48000,pan=stereo|c0=c0|c1=0.6*c0"];
    let table: [(&str, u32, &[&str]); 7] = [
        ("a.wav", 44_100, &["-ar", "44100", "-c:a", "pcm_s24le"]),
        ("a.flac", 48_000, &["-c:a", "flac"]),
        ("a.mp3", 44_100, &["-ar", "44100", "-c:a", "libmp3lame", "-b:a", "192k"]),
        ("a.m4a", 48_000, &["-c:a", "aac", "-b:a", "192k"]),
        ("a.ogg", 48_000, &["-c:a", "libvorbis", "-q:a", "6"]),
        ("low.wav", 8_000, &["-ar", "8000"]),
        ("odd.wav", 11_025, &["-ar", "11025"]),
    ];
    for (name, rate, options) in table {
        let file = bench.made(&[&stereo[..], options].concat(), name);
        let before = fs::read(&file).unwrap();
        let part = Part::new(3.217, 8.901);
        let cut = cut(&bench, &file, part, Polish::default()).unwrap();
        let mine = by_ffmpeg(&cut.path);
        let whole = by_ffmpeg(&file);
        let from = at(3.217, rate);
        let like = |from: usize, range: std::ops::Range<usize>| {
            alike(&mine[range.clone()], &whole[from + range.start..from + range.end])
        };
        let all = 0..mine.len();
        let best =
            (from - 60..from + 60).max_by(|one, other| like(*one, all.clone()).total_cmp(&like(*other, all.clone())));
        // A decoder that begins in the middle has to be right from its first sample on.
        let (best, start, like) = (best.unwrap(), like(from, 0..at(0.1, rate)), like(from, all));
        println!(
            "{name}: {} samples, alike {like:.6}, at its start {start:.6}, best {} off",
            mine.len(),
            best.abs_diff(from)
        );
        assert_eq!((cut.rate, cut.path.clone()), (rate, bench.path("cut.wav")), "{name}");
        assert!(best == from && like > 0.999 && start > 0.99, "{name}: {like}, {start}, best at {best}, not {from}");
        assert_eq!(cut.bytes, fs::metadata(&cut.path).unwrap().len(), "{name}");
        assert_eq!(cut.bytes, sample::bytes(part, rate), "{name}");
        assert!((cut.secs - part.secs()).abs() < 2.0 / f64::from(rate), "{name}: {}", cut.secs);
        assert_eq!(fs::read(&file).unwrap(), before, "{name} was changed");
    }
}

/// Lips and voice may not drift apart by more than 40 ms, however a file tells that its sound begins late.
#[test]
fn sound_that_begins_later_than_the_picture_is_cut_at_its_place() {
    let bench = Bench::new();
    let picture = ["-f", "lavfi", "-i", "testsrc=s=64x36:r=25:d=4"];
    let tone = ["-itsoffset", "1", "-f", "lavfi", "-i", "sine=440:r=48000:d=3"];
    for (name, codecs) in [
        ("late.mp4", ["-c:v", "mpeg4", "-c:a", "aac"]),
        ("late.mov", ["-c:v", "mjpeg", "-c:a", "pcm_s16le"]),
        ("late.mkv", ["-c:v", "mpeg4", "-c:a", "libopus"]),
        ("late.ts", ["-c:v", "mpeg2video", "-c:a", "ac3"]),
    ] {
        let clip = bench.made(&[&picture[..], &tone, &codecs].concat(), name);
        for from in [0.0, 0.4, 2.0] {
            let cut = cut(&bench, &clip, Part::new(from, from + 1.5), Polish::default()).unwrap();
            let samples = by_ffmpeg(&cut.path);
            let begins = samples.iter().position(|sample| sample.abs() > 0.02).unwrap();
            let wanted = at((1.0 - from).max(0.0), cut.rate);
            assert!(begins.abs_diff(wanted) < at(0.03, cut.rate), "{name} from {from}: {begins} for {wanted}");
        }
        let survey = survey::survey(&clip, &|_| true).unwrap();
        assert!((survey.duration_secs - 4.0).abs() < 0.06, "{name}: {}", survey.duration_secs);
    }
}

#[test]
fn rates_above_48_khz_come_down_and_any_channels_become_one() {
    let bench = Bench::new();
    let talk = talk(&bench);
    for (name, options, rate) in [
        ("high.wav", ["-ar", "192000", "-ac", "1"], 48_000),
        ("six.flac", ["-ar", "48000", "-ac", "6"], 48_000),
        ("cd.wav", ["-ar", "44100", "-ac", "2"], 44_100),
    ] {
        let file = bench.made(&[&["-i", text(&talk)][..], &options[..]].concat(), name);
        let cut = cut(&bench, &file, Part::new(2.0, 6.0), Polish::default()).unwrap();
        let asked =
            ["-v", "error", "-show_entries", "stream=sample_rate,channels,codec_name,duration", "-of", "csv=p=0"];
        let said = Command::new("ffprobe").args(asked).arg(&cut.path).output().unwrap().stdout;
        assert_eq!(String::from_utf8_lossy(&said).trim(), format!("pcm_s16le,{rate},1,4.000000"), "{name}");
        assert_eq!(cut.bytes, sample::bytes(Part::new(2.0, 6.0), 192_000.min(rate)));
        let loud = heard(&cut.path, "volumedetect", "mean_volume:");
        assert!(loud > -60.0, "{name} is {loud} dB");
    }
}

#[test]
fn the_hum_goes_and_the_voice_stays() {
    let bench = Bench::new();
    let talk = talk(&bench);
    for hertz in [50_u16, 60] {
        let mains = format!(
            "aevalsrc='0.01*sin({hertz}*2*PI*t)+0.006*sin({}*2*PI*t)+0.004*sin({}*2*PI*t)':s=48000",
            hertz * 2,
            hertz * 3
        );
        let mixed = "[0:a]aresample=48000[a];[a][1:a]amix=inputs=2:duration=first:normalize=0";
        let inputs = ["-i", text(&talk), "-f", "lavfi", "-i", &mains, "-filter_complex", mixed];
        let file = bench.made(&inputs, &format!("hum-{hertz}.wav"));
        let part = Part::new(1.0, 9.0);
        let found = survey::survey(&file, &|_| true).unwrap().measure(part);
        assert_eq!(found.hum_hz, Some(hertz), "{found:?}");
        assert_eq!(found.checks()[3].value, format!("Low hum at {hertz} Hz"));
        let plain = cut(&bench, &file, part, Polish::default()).unwrap().path;
        let plain_at = |filter: &str| heard(&plain, filter, "mean_volume:");
        let tone = |times: u16| {
            format!(
                "bandpass=f={}:width_type=h:w=3,bandpass=f={}:width_type=h:w=3,volumedetect",
                hertz * times,
                hertz * times
            )
        };
        let before = [1, 2, 3].map(|times| plain_at(&tone(times)));
        let voice_before = plain_at("highpass=f=350,volumedetect");
        let clean = cut(&bench, &file, part, Polish { hum: Some(hertz), level: false }).unwrap().path;
        let after = [1, 2, 3].map(|times| heard(&clean, &tone(times), "mean_volume:"));
        let voice_after = heard(&clean, "highpass=f=350,volumedetect", "mean_volume:");
        println!("{hertz} Hz: {before:?} became {after:?}, voice {voice_before} became {voice_after}");
        // The second and third harmonics carry some voice, which stays beside the notch.
        assert!(after[0] < before[0] - 20.0, "{before:?} became {after:?}");
        assert!(after[1] < before[1] - 6.0 && after[2] < before[2] - 6.0, "{before:?} became {after:?}");
        assert!((voice_after - voice_before).abs() < 1.0);
        let left = survey::survey(&clean, &|_| true).unwrap().measure(Part::new(0.0, 8.0));
        assert_eq!(left.hum_hz, None, "{left:?}");
        assert!((left.level_db.unwrap() - found.level_db.unwrap()).abs() < 1.0, "{left:?} of {found:?}");
    }
}

#[test]
fn a_quiet_voice_is_brought_to_its_level_and_no_peak_is_cut_off() {
    let bench = Bench::new();
    let talk = talk(&bench);
    for gain in ["-24dB", "0dB", "6dB"] {
        let file = bench.made(&["-i", text(&talk), "-af", &format!("volume={gain}")], &format!("at{gain}.wav"));
        let cut = cut(&bench, &file, Part::new(0.0, 9.0), Polish { hum: None, level: true }).unwrap();
        let level = survey::survey(&cut.path, &|_| true).unwrap().measure(Part::new(0.0, 9.0)).level_db.unwrap();
        let peak = heard(&cut.path, "volumedetect", "max_volume:");
        println!("{gain}: {level} dB, peak {peak} dB");
        assert!((level + 20.0).abs() < 2.0 && peak <= -0.9, "{gain}: {level} dB, peak {peak} dB");
    }
}

#[test]
fn what_can_not_be_cut_ends_in_a_sentence_and_leaves_nothing() {
    let bench = Bench::new();
    let talk = talk(&bench);
    let (empty, note) = (bench.path("empty.wav"), bench.path("note.mp3"));
    fs::write(&empty, b"").unwrap();
    fs::write(&note, b"not a sound at all").unwrap();
    let picture = bench.made(&["-f", "lavfi", "-i", "testsrc2=s=64x64:r=5:d=1", "-pix_fmt", "yuv420p"], "mute.mp4");
    let files = fs::read_dir(bench.path("")).unwrap().count();
    for (file, part) in [
        (&empty, Part::new(0.0, 5.0)),
        (&note, Part::new(0.0, 5.0)),
        (&picture, Part::new(0.0, 5.0)),
        (&talk, Part::new(3.0, 3.0)),
        (&talk, Part::new(900.0, 930.0)),
        (&bench.path("gone.wav"), Part::new(0.0, 5.0)),
    ] {
        let error = cut(&bench, file, part, Polish { hum: Some(50), level: true }).unwrap_err().to_string();
        println!("{error}");
        assert!(error.ends_with('.') && error.len() < 250 && !error.contains("os error"), "{error}");
    }
    let stopped = sample::cut(&talk, Part::new(0.0, 9.0), Polish::default(), &bench.path("cut.wav"), &|_| false);
    assert!(matches!(stopped, Err(Error::Cancelled)));
    let nowhere = sample::cut(&talk, Part::new(0.0, 2.0), Polish::default(), &bench.path("no/cut.wav"), &|_| true);
    assert!(matches!(nowhere, Err(Error::File { .. })), "{nowhere:?}");
    assert_eq!(fs::read_dir(bench.path("")).unwrap().count(), files, "something was left behind");
}

/// A WAV of 32-bit floats.
fn floats(path: &Path, samples: &[f32]) {
    let bytes: Vec<u8> = samples.iter().flat_map(|sample| sample.to_le_bytes()).collect();
    let size = u32::try_from(bytes.len()).unwrap();
    let mut file = b"RIFF".to_vec();
    file.extend((size + 36).to_le_bytes());
    file.extend(b"WAVEfmt ");
    file.extend(16_u32.to_le_bytes());
    file.extend([3, 0, 1, 0]);
    file.extend(48_000_u32.to_le_bytes());
    file.extend(192_000_u32.to_le_bytes());
    file.extend([4, 0, 32, 0]);
    file.extend(b"data");
    file.extend(size.to_le_bytes());
    file.extend(bytes);
    fs::write(path, file).unwrap();
}

#[test]
fn odd_files_are_surveyed_and_cut_as_far_as_they_go() {
    let bench = Bench::new();
    let talk = talk(&bench);
    let silent = bench.made(&["-f", "lavfi", "-i", "anullsrc=r=44100:cl=stereo:d=12"], "silent.flac");
    let odd = bench.path("odd.wav");
    let strange: Vec<f32> =
        [f32::NAN, f32::INFINITY, -1e30, 0.1, f32::NEG_INFINITY].into_iter().cycle().take(96_000).collect();
    floats(&odd, &strange);
    let broken = bench.path("broken.mp3");
    let whole = fs::read(bench.made(&["-i", text(&talk)], "whole.mp3")).unwrap();
    fs::write(&broken, &whole[..whole.len() / 2]).unwrap();
    for file in [&silent, &odd, &broken] {
        let survey = survey::survey(file, &|_| true).unwrap();
        let measures = survey.measure(Part::new(0.0, 1e9));
        let cut = cut(&bench, file, Part::new(0.5, 60.0), Polish { hum: Some(60), level: true }).unwrap();
        println!("{}: {measures:?}, {cut:?}", file.display());
        assert!(measures.noise_db.is_finite() && measures.level_db.is_none_or(f64::is_finite));
        assert!((cut.secs + 0.5 - survey.duration_secs).abs() < 0.06, "{cut:?} of {}", survey.duration_secs);
        assert!(survey.stretches.last().is_some_and(|last| (last.part.to_secs - survey.duration_secs).abs() < 1e-6));
        assert!(by_ffmpeg(&cut.path).iter().all(|sample| sample.is_finite()));
    }
    let silent = survey::survey(&silent, &|_| true).unwrap();
    assert_eq!((silent.best_part(), silent.stretches[0].sort), (None, Sort::Silence));
    assert_eq!(silent.measure(Part::new(0.0, 12.0)).grade(), Grade::Poor);
}

#[test]
fn a_survey_tells_how_far_it_is_and_stops_when_asked() {
    let bench = Bench::new();
    let talk = talk(&bench);
    let long = bench.made(&["-stream_loop", "5", "-i", text(&talk), "-c:a", "aac"], "long.m4a");
    let last = Cell::new(0.0);
    let survey = survey::survey(&long, &|share| {
        assert!(share >= last.get() && share <= 1.0);
        last.set(share);
        true
    });
    let survey: Survey = survey.unwrap();
    assert!((last.get() - 1.0).abs() < 1e-6);
    assert!(matches!(survey::survey(&long, &|share| share < 0.3), Err(Error::Cancelled)));
    let best = survey.best_part().unwrap();
    let measures = survey.measure(best);
    println!("{best:?} of {}: {measures:?}", survey.duration_secs);
    assert!(best.secs() >= 30.0 && best.secs() <= 120.0 && measures.speech_share > 0.9);
    assert_eq!(measures.checks()[4].grade, Grade::Good);
}
