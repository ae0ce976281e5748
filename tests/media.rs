//! Real files, made on the spot with ffmpeg: each ends in the right facts, with ffprobe as witness, or in one clear
//! sentence.

#![expect(clippy::unwrap_used, reason = "helpers of tests")]

#[path = "common/folder.rs"]
mod folder;
#[path = "media/pictures.rs"]
mod pictures;

use std::ffi::OsStr;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc;
use std::time::Duration;

use mouthpiece::error::Error;
use mouthpiece::media::frames_from;
use mouthpiece::media::player::Source;
use mouthpiece::media::probe::{Kind, Probe, probe, probe_without_tools};
use mouthpiece::media::video::{Frame, frame};
use mouthpiece::media::wave::{Wave, scan};
use mouthpiece::runtime::Runtime;

use folder::{Bench, heard};

/// Two seconds of moving picture and of a tone.
const PICTURE: [&str; 4] = ["-f", "lavfi", "-i", "testsrc=s=320x180:r=25:d=2"];
const TONE: [&str; 4] = ["-f", "lavfi", "-i", "aevalsrc='0.5*sin(440*2*PI*t)|0.25*sin(220*2*PI*t)':s=48000:d=2"];

fn wave(path: &Path) -> Result<Wave, Error> {
    scan(&Source::File(path.to_owned()), None, &mut |_| true)
}

/// Writes a quarter turn clockwise into the header of the picture, as a phone does.
fn turn(path: &Path) -> PathBuf {
    let mut bytes = fs::read(path).unwrap();
    let header = bytes.windows(4).position(|four| four == b"tkhd").unwrap() + 4 + 40;
    let matrix = [0_i32, 0x1_0000, 0, -0x1_0000, 0, 0, 0, 0, 0x4000_0000];
    for (index, value) in matrix.iter().enumerate() {
        bytes[header + index * 4..][..4].copy_from_slice(&value.to_be_bytes());
    }
    fs::write(path, bytes).unwrap();
    path.to_owned()
}

/// What ffprobe says about one entry, for example `format=duration`.
fn witness(path: &Path, entry: &str) -> String {
    let (entry, stream) = entry.split_once('@').unwrap_or((entry, "v:0"));
    let args = ["-v", "error", "-select_streams", stream, "-show_entries", entry, "-of", "csv=p=0", "-i"];
    let output = Command::new("ffprobe").args(args).arg(path).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().trim_end_matches(',').to_owned()
}

/// Checks every fact against the witness, and the facts told without ffprobe against those told with it.
fn check(path: &Path, facts: &str, container: &str, content_type: &str) -> Probe {
    let told = probe(path).unwrap();
    let size = fs::metadata(path).unwrap().len();
    assert_eq!(told.size_bytes, size);
    let line = told.facts();
    assert_eq!(line.rsplit_once(", ").unwrap().0, facts, "{}", path.display());
    assert_eq!((told.container.as_str(), told.content_type.as_str()), (container, content_type));
    if let Some(audio) = &told.audio {
        let said = format!("{},{},{}", audio.codec, audio.sample_rate, audio.channels);
        assert_eq!(said, witness(path, "stream=codec_name,sample_rate,channels@a:0"));
    }
    if let Some(video) = &told.video {
        assert_eq!(video.codec, witness(path, "stream=codec_name"));
    }
    let secs: f64 = witness(path, "format=duration").parse().unwrap();
    assert!((told.duration_secs.unwrap() - secs).abs() < 0.06, "{}: {told:?}, ffprobe {secs}", path.display());
    told
}

fn check_without_tools(path: &Path, with: &Probe) {
    let without = probe_without_tools(path).unwrap();
    assert_eq!((without.kind, &without.video.is_some()), (with.kind, &with.video.is_some()), "{}", path.display());
    let apart = without.duration_secs.unwrap() - with.duration_secs.unwrap();
    assert!(apart.abs() < 0.06, "{}: {without:?} against {with:?}", path.display());
    assert_eq!(without.facts(), with.facts(), "{}", path.display());
}

#[test]
fn video_files_give_their_facts() {
    let bench = Bench::new();
    let h264 = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac"];
    let whole = "0:02.0, 320 × 180, 25 fps";

    let mp4 = bench.make("talk.mp4", &[&PICTURE, &TONE, &h264]);
    let told = check(&mp4, whole, "mp4", "video/mp4");
    assert_eq!(told.kind, Kind::Video);
    check_without_tools(&mp4, &told);

    let fast = bench.make("fast.mp4", &[&PICTURE, &TONE, &h264, &["-movflags", "+faststart"]]);
    check_without_tools(&fast, &check(&fast, whole, "mp4", "video/mp4"));

    let mute = bench.make("mute.mp4", &[&PICTURE, &h264]);
    let told = check(&mute, whole, "mp4", "video/mp4");
    assert_eq!(told.audio, None);
    check_without_tools(&mute, &told);

    let mov = turn(&bench.make("phone.mov", &[&PICTURE, &TONE, &h264]));
    let told = check(&mov, "0:02.0, 180 × 320, 25 fps", "mov", "video/quicktime");
    assert_eq!(told.video.as_ref().unwrap().rotation, 90);
    check_without_tools(&mov, &told);

    let odd = ["-f", "lavfi", "-i", "testsrc=s=321x187:r=30000/1001:d=2"];
    let odd = bench.make("odd.mp4", &[&odd, &["-c:v", "libx264", "-pix_fmt", "yuv444p", "-preset", "ultrafast"]]);
    check_without_tools(&odd, &check(&odd, "0:02.0, 321 × 187, 29.97 fps", "mp4", "video/mp4"));

    let webm =
        bench.make("talk.webm", &[&PICTURE, &TONE, &["-c:v", "libvpx", "-deadline", "realtime", "-c:a", "libopus"]]);
    check(&webm, whole, "webm", "video/webm");
    let mkv = bench.make("talk.mkv", &[&PICTURE, &TONE, &h264]);
    check(&mkv, whole, "mkv", "video/x-matroska");
    let avi = bench.make("talk.avi", &[&PICTURE, &TONE, &["-c:v", "mpeg4", "-c:a", "libmp3lame"]]);
    check(&avi, whole, "avi", "video/x-msvideo");

    let fragments = bench.make("fragments.mp4", &[&PICTURE, &TONE, &h264, &["-movflags", "frag_keyframe+empty_moov"]]);
    check(&fragments, whole, "mp4", "video/mp4");
}

#[test]
fn audio_files_give_their_facts_and_their_samples() {
    let bench = Bench::new();
    let cases: &[(&str, &[&str], &str, &str)] = &[
        ("a.wav", &[], "wav", "audio/wav"),
        ("float.wav", &["-c:a", "pcm_f32le"], "wav", "audio/wav"),
        ("a.mp3", &["-b:a", "128k"], "mp3", "audio/mpeg"),
        ("no-header.mp3", &["-q:a", "4", "-write_xing", "0", "-id3v2_version", "0"], "mp3", "audio/mpeg"),
        ("a.flac", &[], "flac", "audio/flac"),
        ("a.ogg", &["-c:a", "libvorbis"], "ogg", "audio/ogg"),
        ("opus.ogg", &["-c:a", "libopus"], "ogg", "audio/ogg"),
        ("a.m4a", &["-c:a", "aac"], "m4a", "audio/mp4"),
        ("alac.m4a", &["-c:a", "alac"], "m4a", "audio/mp4"),
        ("a.aac", &["-c:a", "aac"], "aac", "audio/aac"),
        ("a.aiff", &[], "aiff", "audio/aiff"),
        ("a.webm", &["-c:a", "libopus"], "webm", "audio/webm"),
        ("a.wma", &["-c:a", "wmav2"], "wmv", "audio/x-ms-wma"),
    ];
    for (name, args, container, content_type) in cases {
        let path = bench.make(name, &[&TONE, args]);
        let told = probe(&path).unwrap();
        assert_eq!(told.kind, Kind::Audio, "{name}");
        assert_eq!((told.container.as_str(), told.content_type.as_str()), (*container, *content_type), "{name}");
        let audio = told.audio.clone().unwrap();
        assert_eq!((audio.channels, audio.sample_rate), (2, 48_000), "{name}");
        assert!((told.duration_secs.unwrap() - 2.0).abs() < 0.08, "{name}: {told:?}");

        let wave = wave(&path).unwrap();
        assert!((wave.duration_secs().unwrap() - 2.0).abs() < 0.08, "{name}: {:?}", wave.duration_secs());
        let bars = wave.whole(40);
        assert!(bars[2..38].iter().all(|bar| (0.42..0.75).contains(bar)), "{name}: {bars:?}");

        let (rate, samples) = heard(&path);
        assert_eq!((rate, samples.len()), (48_000, 24_000), "{name}");
        let power = samples.iter().map(|sample| f64::from(*sample).powi(2)).sum::<f64>() / 24_000.0;
        // Half of each channel: tones of 0.25 and 0.125.
        assert!((power - 0.039).abs() < 0.004, "{name}: {power}");
    }
}

#[test]
fn a_wave_that_was_written_into_a_pipe_has_its_real_length() {
    let bench = Bench::new();
    let path = bench.make("whole.wav", &[&TONE]);
    let mut bytes = fs::read(&path).unwrap();
    bytes[4..8].fill(0xff);
    let data = bytes.windows(4).position(|four| four == b"data").unwrap();
    bytes[data + 4..data + 8].fill(0xff);
    let huge = bench.write("huge.wav", &bytes);
    let told = check(&huge, "0:02.0, stereo 48 kHz", "wav", "audio/wav");
    check_without_tools(&huge, &told);
    assert!((wave(&huge).unwrap().duration_secs().unwrap() - 2.0).abs() < 0.001);
}

#[test]
fn a_half_silent_file_is_drawn_half_silent() {
    let bench = Bench::new();
    let half = "aevalsrc='if(lt(t,2),0,0.8*sin(440*2*PI*t))':s=44100:d=4";
    let path = bench.make("half.wav", &[&["-f", "lavfi", "-i", half]]);
    let wave = wave(&path).unwrap();
    assert!((wave.duration_secs().unwrap() - 4.0).abs() < 0.001);
    let bars = wave.whole(100);
    assert!(bars[..49].iter().all(|bar| *bar < 0.001), "{bars:?}");
    assert!(bars[51..].iter().all(|bar| (0.78..0.82).contains(bar)), "{bars:?}");
}

#[test]
fn what_is_not_media_is_refused_in_one_sentence() {
    let bench = Bench::new();
    let png = bench.make(
        "photo.mp4",
        &[&["-f", "lavfi", "-i", "color=red:s=16x16", "-frames:v", "1", "-f", "image2", "-c:v", "png"]],
    );
    let cases = [
        (bench.write("notes.pages", "Dear diary"), "notes.pages is not video or audio. Drop a video or audio file."),
        (bench.write("text.mp4", "Dear diary"), "text.mp4 is not video or audio. Drop a video or audio file."),
        (bench.write("empty.wav", ""), "empty.wav is empty. Record, export or download it again."),
        (png, "photo.mp4 is a picture. Drop a video or audio file."),
        (
            bench.write("list.m3u8", "#EXTM3U\n#EXTINF:2,\nfile:///etc/passwd\n"),
            "list.m3u8 is a playlist: it only says where the sound is. Drop the video or audio file itself.",
        ),
        (bench.path(""), ""),
        (
            bench.path("gone.mp4"),
            "Could not open gone.mp4: no such file or directory. It may have been moved or renamed; choose it again.",
        ),
    ];
    for (path, sentence) in &cases {
        let expected = match *sentence {
            "" => format!("{} is a folder. Drop a video or audio file.", path.file_name().unwrap().display()),
            sentence => sentence.to_owned(),
        };
        assert_eq!(probe(path).unwrap_err().to_string(), expected);
        assert_eq!(wave(path).unwrap_err().to_string(), expected);
        assert_eq!(picture(path, 0.0).unwrap_err().to_string(), expected);
    }
}

#[cfg(unix)]
#[test]
fn pipes_and_devices_are_refused_without_waiting_for_them() {
    let bench = Bench::new();
    let pipe = bench.path("pipe.mp4");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let refused = "pipe.mp4 is not an ordinary file. Drop a video or audio file.";
    assert_eq!(probe(&pipe).unwrap_err().to_string(), refused);
    let refused = "zero is not an ordinary file. Drop a video or audio file.";
    let heard = frames_from(&Source::File("/dev/zero".into()), 0.0, 48_000);
    assert_eq!(heard.unwrap_err().to_string(), refused);
}

#[test]
fn files_that_break_off_say_so_or_end_there() {
    let bench = Bench::new();
    let whole = fs::read(bench.make("whole.mp4", &[&PICTURE, &TONE, &["-c:v", "mpeg4", "-c:a", "aac"]])).unwrap();
    let cut = bench.write("cut.mp4", &whole[..whole.len() / 2]);
    let sentence = "cut.mp4 is incomplete: its end is missing. Export, copy or download it again.";
    for error in [probe(&cut).unwrap_err(), probe_without_tools(&cut).unwrap_err(), wave(&cut).unwrap_err()] {
        assert_eq!(error.to_string(), sentence);
    }
    // A table that promises four billion rows would have a decoder reserve that much memory.
    let mut bomb = whole.clone();
    let table = bomb.windows(4).position(|four| four == b"stsz").unwrap();
    bomb[table + 8..table + 16].copy_from_slice(&[0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff]);
    let bomb = bench.write("bomb.mp4", &bomb);
    let sentence = "bomb.mp4 is damaged and can't be read. Export, copy or download it again.";
    assert_eq!(probe(&bomb).unwrap_err().to_string(), sentence);
    assert_eq!(wave(&bomb).unwrap_err().to_string(), sentence);

    let sound = fs::read(bench.make("whole.mp3", &[&TONE])).unwrap();
    let half = bench.write("half.mp3", &sound[..sound.len() / 2]);
    let told = probe(&half).unwrap();
    assert!((0.9..1.2).contains(&told.duration_secs.unwrap()), "{told:?}");
    assert!((wave(&half).unwrap().duration_secs().unwrap() - told.duration_secs.unwrap()).abs() < 0.1);
}

#[test]
fn damage_in_the_middle_does_not_end_the_sound() {
    let bench = Bench::new();
    for (name, codec) in [("aac.m4a", "aac"), ("alac.m4a", "alac")] {
        let mut bytes = fs::read(bench.make(name, &[&TONE, &["-c:a", codec]])).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle..middle + 300].fill(0);
        let path = bench.write(name, &bytes);
        let frames = frames_from(&Source::File(path), 0.0, u64::MAX).unwrap();
        assert!(frames > 84_000, "{name}: {frames} of 96,000 are left");
    }
}

#[test]
fn noise_behind_every_known_start_ends_in_a_sentence() {
    let bench = Bench::new();
    let mut seed = 7_u32;
    let mut noise: Vec<u8> = (0..60_000)
        .map(|_| {
            seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            seed.to_be_bytes()[0]
        })
        .collect();
    let starts: [&[u8]; 9] = [
        b"\0\0\0\x14ftypisom\0\0\0\0isom",
        b"fLaC\0\0\0\x22",
        b"OggS\0\x02",
        b"RIFF\xff\xff\xff\xffWAVEfmt \x10\0\0\0\x01\0\x02\0\x80\xbb\0\0",
        b"RIFF\xff\xff\xff\x7fAVI LIST",
        b"\x1a\x45\xdf\xa3\x9fB\x86\x81\x01webm",
        b"ID3\x04\0\0\0\0\0\0",
        b"FLV\x01\x05",
        b"\x30\x26\xb2\x75\x8e\x66\xcf\x11",
    ];
    for (index, start) in starts.iter().enumerate() {
        noise[..start.len()].copy_from_slice(start);
        let path = bench.write(&format!("noise{index}"), &noise);
        for error in [probe(&path).err(), probe_without_tools(&path).err(), wave(&path).err()].into_iter().flatten() {
            assert!(matches!(&error, Error::Media(_)), "{error:?}");
            assert!(error.to_string().starts_with(&format!("noise{index} ")), "{error}");
        }
    }
}

#[test]
fn names_are_only_names() {
    let bench = Bench::new();
    let webm = fs::read(bench.make("a.webm", &[&PICTURE, &TONE, &["-c:v", "libvpx", "-c:a", "libopus"]])).unwrap();
    for name in
        ["-y.webm", "two\nlines.webm", "concat:a.webm|b.webm", "http:a.webm", "per%03dcent.webm", "müll 口.webm"]
    {
        if cfg!(windows) && name.contains(['\n', ':', '|']) {
            continue;
        }
        let path = bench.write(name, &webm);
        assert_eq!(probe(&path).unwrap().kind, Kind::Video, "{name}");
        assert!((wave(&path).unwrap().duration_secs().unwrap() - 2.0).abs() < 0.08, "{name}");
        assert_eq!(picture(&path, 0.0).unwrap().width, 64, "{name}");
    }
    let path = bench.write("two\nlines.txt", "text");
    assert!(probe(&path).unwrap_err().to_string().starts_with("two lines.txt is not video"));
}

/// Runs the future as the program would.
fn picture(path: &Path, at_secs: f64) -> Result<Frame, Error> {
    let (woken, wakes) = mpsc::channel();
    let runtime = Runtime::new(move || woken.send(()).unwrap_or_default()).unwrap();
    let mut task = runtime.spawn(frame(path.to_owned(), at_secs, 64));
    wakes.recv_timeout(Duration::from_mins(1)).unwrap();
    task.take().unwrap()
}
