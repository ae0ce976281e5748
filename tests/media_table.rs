//! One table of real files, made on the spot with ffmpeg: every container and codec we meet, with what makes files odd.
//! Each row ends in the right facts, with ffprobe and without, and its sound is heard.

#![expect(clippy::unwrap_used, reason = "what fails here fails the test")]
#![expect(clippy::cast_precision_loss, reason = "a second of samples")]

#[path = "common/folder.rs"]
mod folder;

use std::fs;
use std::path::Path;

use mouthpiece::media::probe::{Hdr, Probe, probe, probe_without_tools};

use folder::{Bench, heard};

/// A second of moving picture and of a tone at 48 kHz, in mono, stereo and 5.1.
const PICTURE: &[&str] = &["-f", "lavfi", "-i", "testsrc=s=320x180:r=25:d=1"];
const MONO: &[&str] = &["-f", "lavfi", "-i", "sine=440:r=48000:d=1"];
const STEREO: &[&str] = &["-f", "lavfi", "-i", "aevalsrc='0.5*sin(440*2*PI*t)|0.25*sin(220*2*PI*t)':s=48000:d=1"];
const SURROUND: &[&str] = &["-f", "lavfi", "-i", "sine=440:r=48000:d=1,pan=5.1|c0=c0|c1=c0|c2=c0|c3=c0|c4=c0|c5=c0"];
const H264: &[&str] = &["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"];
const AAC: &[&str] = &["-c:a", "aac"];
const VP9: &[&str] = &["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-c:a", "libopus"];
/// Four frames in ten are missing, as when a phone has not enough light.
const GAPS: &[&str] = &["-vf", "select='lt(mod(n,10),6)'", "-vsync", "vfr"];

/// All facts but the size, in one line.
fn told(file: &Probe) -> String {
    let facts = file.facts();
    let (facts, _) = facts.rsplit_once(", ").unwrap_or_default();
    let mut parts = vec![format!("{facts}; {}", file.container)];
    if let Some(video) = &file.video {
        let mut words = vec![video.codec.clone()];
        words.extend(video.bit_depth.map(|bits| format!("{bits} bit")));
        words.extend((video.rotation > 0).then(|| format!("turned {}", video.rotation)));
        words.extend(video.is_variable_rate.then(|| "uneven".to_owned()));
        words.extend(video.hdr.map(|hdr| if hdr == Hdr::Pq { "PQ" } else { "HLG" }.to_owned()));
        words.extend(video.has_alpha.then(|| "alpha".to_owned()));
        words.extend(video.pixel_aspect.map(|aspect| format!("pixels {aspect:.2}")));
        parts.push(words.join(" "));
    }
    if let Some(audio) = &file.audio {
        let he = if audio.is_he_aac { " HE" } else { "" };
        let more = if file.audio_streams > 1 { format!(" of {}", file.audio_streams) } else { String::new() };
        parts.push(format!("{}{he} {}/{}{more}", audio.codec, audio.sample_rate, audio.channels));
    }
    parts.join("; ")
}

/// What is told without ffprobe.
enum Alone {
    Same,
    Other(&'static str),
    /// It needs ffmpeg, and says so.
    NeedsFfmpeg,
}
use Alone::{NeedsFfmpeg, Other, Same};

/// Name, how it is made, what is told of it, and what is told without ffprobe.
type Row = (&'static str, &'static [&'static [&'static str]], &'static str, Alone);

fn check(path: &Path, expected: &str, alone: &Alone) {
    let name = path.file_name().unwrap().to_string_lossy();
    let found = probe(path).unwrap();
    assert_eq!(told(&found), expected, "{name}");
    match (probe_without_tools(path), alone) {
        (Ok(found), Same) => assert_eq!(told(&found), expected, "{name} without ffprobe"),
        (Ok(found), Other(expected)) => assert_eq!(told(&found), *expected, "{name} without ffprobe"),
        (Err(error), NeedsFfmpeg) => assert!(error.to_string().contains("needs ffmpeg to be read"), "{name}: {error}"),
        (found, _) => panic!("{name} without ffprobe: {found:?}"),
    }
    if found.audio.is_some() {
        let (rate, samples) = heard(path);
        let secs = samples.len() as f64 / f64::from(rate);
        assert!((0.45..=0.5).contains(&secs), "{name}: {secs}");
        let power = samples.iter().map(|sample| sample * sample).sum::<f32>() / samples.len() as f32;
        assert!((0.002..0.3).contains(&power), "{name}: {power}");
    }
}

fn check_all(rows: &[Row]) {
    let bench = Bench::new();
    for (name, args, expected, alone) in rows {
        check(&bench.make(name, args), expected, alone);
    }
}

#[test]
fn films_in_mp4_and_quicktime() {
    check_all(&[
        ("plain.mp4", &[PICTURE, STEREO, H264, AAC], "0:01.0, 320 × 180, 25 fps; mp4; h264 8 bit; aac 48000/2", Same),
        (
            "front.mp4",
            &[PICTURE, STEREO, H264, AAC, &["-movflags", "+faststart"]],
            "0:01.0, 320 × 180, 25 fps; mp4; h264 8 bit; aac 48000/2",
            Same,
        ),
        (
            "fragments.mp4",
            &[PICTURE, STEREO, H264, AAC, &["-g", "5", "-movflags", "frag_keyframe+empty_moov"]],
            "0:01.0, 320 × 180, 25 fps; mp4; h264 8 bit; aac 48000/2",
            Other("0:01.0, 320 × 180; mp4; h264 8 bit; aac 48000/2"),
        ),
        (
            "odd.mp4",
            &[
                &["-f", "lavfi", "-i", "testsrc=s=321x187:r=30000/1001:d=1"],
                MONO,
                &["-c:v", "libx264"],
                AAC,
                &["-pix_fmt", "yuv444p"],
            ],
            "0:01.0, 321 × 187, 29.97 fps; mp4; h264 8 bit; aac 48000/1",
            Other("0:01.0, 321 × 187, 29.97 fps; mp4; h264; aac 48000/1"),
        ),
        ("mute.mov", &[PICTURE, H264], "0:01.0, 320 × 180, 25 fps; mov; h264 8 bit", Same),
        (
            "gaps.mp4",
            &[PICTURE, STEREO, GAPS, H264, AAC],
            "0:01.0, 320 × 180, 17 fps; mp4; h264 8 bit uneven; aac 48000/2",
            Same,
        ),
        (
            "wide-pixels.mp4",
            &[PICTURE, STEREO, &["-vf", "setsar=64/45"], H264, AAC],
            "0:01.0, 320 × 180, 25 fps; mp4; h264 8 bit pixels 1.42; aac 48000/2",
            Same,
        ),
    ]);
}

#[test]
fn sounds_of_films() {
    check_all(&[
        (
            "two-tracks.mp4",
            &[PICTURE, STEREO, MONO, &["-map", "0", "-map", "1", "-map", "2"], H264, AAC],
            "0:01.0, 320 × 180, 25 fps; mp4; h264 8 bit; aac 48000/2 of 2",
            Same,
        ),
        (
            "surround.mp4",
            &[PICTURE, SURROUND, H264, AAC],
            "0:01.0, 320 × 180, 25 fps; mp4; h264 8 bit; aac 48000/6",
            Same,
        ),
        (
            "in-mp3.mp4",
            &[PICTURE, STEREO, H264, &["-c:a", "libmp3lame"]],
            "0:01.0, 320 × 180, 25 fps; mp4; h264 8 bit; mp3 48000/2",
            Same,
        ),
        (
            "camera.mov",
            &[PICTURE, STEREO, &["-c:v", "prores_ks", "-profile:v", "standard", "-c:a", "pcm_s24le"]],
            "0:01.0, 320 × 180, 25 fps; mov; prores 10 bit; pcm_s24le 48000/2",
            Same,
        ),
        (
            "big-endian.mov",
            &[PICTURE, STEREO, &["-c:v", "mjpeg", "-c:a", "pcm_s16be"]],
            "0:01.0, 320 × 180, 25 fps; mov; mjpeg 8 bit; pcm_s16be 48000/2",
            Other("0:01.0, 320 × 180, 25 fps; mov; mjpeg; pcm_s16be 48000/2"),
        ),
    ]);
}

#[test]
fn pictures_that_change_on_the_way() {
    let clear: &[&str] = &["-f", "lavfi", "-i", "color=red@0.5:s=64x36:r=25:d=1,format=yuva444p"];
    let hdr: &[&str] = &["-color_primaries", "bt2020", "-colorspace", "bt2020nc"];
    let small: &[&str] = &["-f", "lavfi", "-i", "testsrc=s=64x36:r=25:d=1"];
    let x265 = "log-level=none:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc";
    let bench = Bench::new();
    let rows: &[(&str, &[&[&str]], &str, Alone)] = &[
        (
            "key.mov",
            &[clear, &["-c:v", "prores_ks", "-profile:v", "4444", "-pix_fmt", "yuva444p10le"]],
            "0:01.0, 64 × 36, 25 fps; mov; prores 12 bit alpha",
            Same,
        ),
        (
            "whole.mov",
            &[clear, &["-c:v", "prores_ks", "-profile:v", "4444", "-pix_fmt", "yuv444p10le"]],
            "0:01.0, 64 × 36, 25 fps; mov; prores 12 bit",
            Same,
        ),
        (
            "animation.mov",
            &[clear, &["-c:v", "qtrle", "-pix_fmt", "argb"]],
            "0:01.0, 64 × 36, 25 fps; mov; qtrle 8 bit alpha",
            Other("0:01.0, 64 × 36, 25 fps; mov; qtrle alpha"),
        ),
        (
            "key.webm",
            &[clear, &["-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8", "-pix_fmt", "yuva420p"]],
            "0:01.0, 64 × 36, 25 fps; webm; vp9 8 bit alpha",
            NeedsFfmpeg,
        ),
        (
            "pq.mp4",
            &[
                small,
                hdr,
                &["-c:v", "libx265", "-preset", "ultrafast", "-x265-params", x265, "-pix_fmt", "yuv420p10le"],
                &["-color_trc", "smpte2084", "-tag:v", "hvc1"],
            ],
            "0:01.0, 64 × 36, 25 fps; mp4; hevc 10 bit PQ",
            Same,
        ),
        (
            "hlg.mov",
            &[small, hdr, H264, &["-color_trc", "arib-std-b67"]],
            "0:01.0, 64 × 36, 25 fps; mov; h264 8 bit HLG",
            Same,
        ),
    ];
    for (name, args, expected, alone) in rows {
        check(&bench.make(name, args), expected, alone);
    }
}

/// Writes a turn into the header of the picture, as a phone does: the first four of its matrix.
fn turned(path: &Path, matrix: [i32; 4]) {
    let mut bytes = fs::read(path).unwrap();
    let header = bytes.windows(4).position(|four| four == b"tkhd").unwrap() + 4 + 40;
    let [a, b, c, d] = matrix;
    for (index, value) in [a, b, 0, c, d].into_iter().enumerate() {
        bytes[header + index * 4..][..4].copy_from_slice(&(value * 0x1_0000).to_be_bytes());
    }
    fs::write(path, bytes).unwrap();
}

#[test]
fn turned_pictures_are_told_upright() {
    let bench = Bench::new();
    for (degrees, matrix, size) in
        [(90, [0, 1, -1, 0], "180 × 320"), (180, [-1, 0, 0, -1], "320 × 180"), (270, [0, -1, 1, 0], "180 × 320")]
    {
        let path = bench.make(&format!("{degrees}.mov"), &[PICTURE, STEREO, H264, AAC]);
        turned(&path, matrix);
        let expected = format!("0:01.0, {size}, 25 fps; mov; h264 8 bit turned {degrees}; aac 48000/2");
        check(&path, &expected, &Same);
    }
}

#[test]
fn films_in_other_containers() {
    check_all(&[
        ("talk.webm", &[PICTURE, STEREO, VP9], "0:01.0, 320 × 180, 25 fps; webm; vp9 8 bit; opus 48000/2", NeedsFfmpeg),
        (
            "talk.mkv",
            &[PICTURE, STEREO, H264, AAC],
            "0:01.0, 320 × 180, 25 fps; mkv; h264 8 bit; aac 48000/2",
            NeedsFfmpeg,
        ),
        (
            "gaps.mkv",
            &[PICTURE, STEREO, GAPS, H264, AAC],
            "0:01.0, 320 × 180, 25 fps; mkv; h264 8 bit uneven; aac 48000/2",
            NeedsFfmpeg,
        ),
        (
            "old.avi",
            &[PICTURE, STEREO, &["-c:v", "mpeg4", "-c:a", "libmp3lame"]],
            "0:01.0, 320 × 180, 25 fps; avi; mpeg4 8 bit; mp3 48000/2",
            NeedsFfmpeg,
        ),
        (
            "air.ts",
            &[PICTURE, STEREO, H264, AAC],
            "0:01.0, 320 × 180, 25 fps; ts; h264 8 bit; aac 48000/2",
            NeedsFfmpeg,
        ),
        ("disc.mpg", &[PICTURE, STEREO], "0:01.0, 320 × 180, 25 fps; mpg; mpeg1video 8 bit; mp2 48000/2", NeedsFfmpeg),
        (
            "web.flv",
            &[PICTURE, STEREO, H264, AAC],
            "0:01.0, 320 × 180, 25 fps; flv; h264 8 bit; aac 48000/2",
            NeedsFfmpeg,
        ),
    ]);
}

#[test]
fn sounds() {
    check_all(&[
        (
            "fine.wav",
            &[MONO, &["-ar", "96000", "-c:a", "pcm_s24le"]],
            "0:01.0, mono 96 kHz; wav; pcm_s24le 96000/1",
            Same,
        ),
        ("float.wav", &[STEREO, &["-c:a", "pcm_f32le"]], "0:01.0, stereo 48 kHz; wav; pcm_f32le 48000/2", Same),
        ("surround.wav", &[SURROUND], "0:01.0, 6 channels 48 kHz; wav; pcm_s16le 48000/6", Same),
        ("phone.wav", &[MONO, &["-ar", "8000", "-c:a", "pcm_alaw"]], "0:01.0, mono 8 kHz; wav; pcm_alaw 8000/1", Same),
        (
            "fine.flac",
            &[STEREO, &["-ar", "96000", "-sample_fmt", "s32"]],
            "0:01.0, stereo 96 kHz; flac; flac 96000/2",
            Same,
        ),
        (
            "low.ogg",
            &[MONO, &["-ar", "22050", "-c:a", "libvorbis"]],
            "0:01.0, mono 22.05 kHz; ogg; vorbis 22050/1",
            Same,
        ),
        ("surround.ogg", &[SURROUND, &["-c:a", "libvorbis"]], "0:01.0, 6 channels 48 kHz; ogg; vorbis 48000/6", Same),
        ("apple.m4a", &[STEREO, &["-ar", "44100", "-c:a", "alac"]], "0:01.0, stereo 44.1 kHz; m4a; alac 44100/2", Same),
        ("apple.caf", &[STEREO, &["-c:a", "alac"]], "0:01.0, stereo 48 kHz; caf; alac 48000/2", NeedsFfmpeg),
        ("old.aiff", &[STEREO], "0:01.0, stereo 48 kHz; aiff; pcm_s16be 48000/2", NeedsFfmpeg),
    ]);
}

#[test]
fn both_halves_of_he_aac_are_told_and_heard() {
    let bench = Bench::new();
    let sounds = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sounds");
    for (name, channels) in [("he-aac", 1), ("he-aac-v2", 1)] {
        let stream = sounds.join(format!("{name}.aac"));
        let whole = "0:02.0, stereo 48 kHz; aac; aac HE 48000/2";
        assert_eq!(told(&probe(&stream).unwrap()), whole);
        let (rate, samples) = heard(&stream);
        assert_eq!((rate, samples.len()), (48_000, 24_000), "{name}, by ffmpeg");
        // A stream does not say that there is more than its core.
        let core = probe_without_tools(&stream).unwrap().audio.unwrap();
        assert_eq!(core.sample_rate, 24_000);
        assert!(core.channels >= channels);

        let path = bench.make(&format!("{name}.m4a"), &[&["-i", stream.to_str().unwrap(), "-c", "copy"]]);
        let whole = "0:02.0, stereo 48 kHz; m4a; aac HE 48000/2";
        check(&path, whole, &Same);
    }
}
