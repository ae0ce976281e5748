//! The five sync modes and the picture itself, with ffprobe and raw pixels as witnesses.

use std::path::Path;

use serde_json::{Value, json};

use crate::here::{Here, ffmpeg, film, here, number, probe, stream, text, tone, tool};

/// The finished video of a run that must succeed.
async fn result(here: &Here, video: &str, audio: &str, mode: &str) -> (Value, std::path::PathBuf) {
    let input = json!([{ "type": "video", "assetId": video }, { "type": "audio", "assetId": audio }]);
    let body = json!({ "model": "lipsync-2", "input": input, "options": { "sync_mode": mode } });
    let run = here.run(body).await;
    assert_eq!(run["status"], "COMPLETED", "{mode}: {run}");
    let path = here.save(&text(&run["outputUrl"]), &format!("{mode}.mp4")).await;
    (run, path)
}

/// What every result is, whatever the mode: codecs, size, and the same length in picture, sound and answer.
async fn check(path: &Path, run: &Value, size: (u64, u64), rate: &str, seconds: f64) {
    let report = probe(path).await;
    let (video, audio) = (stream(&report, "video"), stream(&report, "audio"));
    assert_eq!((&video["codec_name"], &video["pix_fmt"]), (&json!("h264"), &json!("yuv420p")));
    assert_eq!(audio["codec_name"], "aac");
    assert_eq!((video["width"].as_u64().unwrap(), video["height"].as_u64().unwrap()), size);
    assert_eq!(video["avg_frame_rate"], rate);
    let (frames, per) = rate.split_once('/').unwrap();
    let frame = per.parse::<f64>().unwrap() / frames.parse::<f64>().unwrap();
    for (what, length) in [
        ("picture", number(&video["nb_read_frames"]) * frame),
        ("picture stream", number(&video["duration"])),
        ("sound", number(&audio["duration"])),
        ("file", number(&report["format"]["duration"])),
        ("answer", number(&run["outputDuration"])),
    ] {
        assert!((length - seconds).abs() <= frame, "{what} lasts {length} s instead of {seconds} ({rate})");
    }
}

#[tokio::test]
async fn each_mode_has_its_documented_length_when_the_voice_is_longer() {
    let here = here().await;
    let (film_path, voice) = (here.file("film.mp4"), here.file("voice.wav"));
    film(&film_path, "320x240", "25", 2.0).await;
    tone(&voice, 300, 4.93).await;
    let (video, audio) = (here.upload_video(&film_path).await, here.upload_audio(&voice).await);
    for (mode, seconds) in [("bounce", 4.93), ("loop", 4.93), ("cut_off", 2.0), ("silence", 4.93), ("remap", 4.93)] {
        let (run, path) = result(&here, &video, &audio, mode).await;
        check(&path, &run, (320, 240), "25/1", seconds).await;
    }
}

#[tokio::test]
async fn each_mode_has_its_documented_length_when_the_picture_is_longer() {
    let here = here().await;
    let (film_path, voice) = (here.file("film.mp4"), here.file("voice.wav"));
    film(&film_path, "320x240", "30000/1001", 4.0).await;
    tone(&voice, 300, 1.71).await;
    let (video, audio) = (here.upload_video(&film_path).await, here.upload_audio(&voice).await);
    for (mode, seconds) in [("bounce", 1.71), ("loop", 1.71), ("cut_off", 1.71), ("silence", 4.0), ("remap", 1.71)] {
        let (run, path) = result(&here, &video, &audio, mode).await;
        check(&path, &run, (320, 240), "30000/1001", seconds).await;
    }
}

/// The mean colour of each frame: which moment of a film that changes its colour it shows.
async fn colours(path: &Path) -> Vec<f64> {
    let arguments = [
        "-v",
        "error",
        "-i",
        path.to_str().unwrap(),
        "-vf",
        "crop=iw:ih/2:0:ih/2,scale=1:1:flags=area",
        "-pix_fmt",
        "gray",
        "-f",
        "rawvideo",
        "-",
    ];
    tool("ffmpeg", &arguments).await.into_iter().map(f64::from).collect()
}

#[tokio::test]
async fn the_picture_goes_where_the_mode_sends_it() {
    let here = here().await;
    let (ramp, voice) = (here.file("ramp.mp4"), here.file("voice.wav"));
    // From dark to bright in two seconds.
    let source = "color=black:size=320x240:rate=25:duration=2,format=gray,geq=lum='16+N*4'";
    ffmpeg(&["-f", "lavfi", "-i", source, "-pix_fmt", "yuv420p", "-c:v", "libx264", "-qp", "4"], &ramp).await;
    tone(&voice, 300, 5.0).await;
    let (video, audio) = (here.upload_video(&ramp).await, here.upload_audio(&voice).await);
    let shown = async |mode: &str| colours(&result(&here, &video, &audio, mode).await.1).await;
    let (first, last) = {
        let film = colours(&ramp).await;
        (film[0], film[49])
    };
    let near = |a: f64, b: f64| (a - b).abs() < 8.0;
    let bounce = shown("bounce").await;
    assert!(
        near(bounce[0], first) && near(bounce[49], last) && near(bounce[50], last) && near(bounce[99], first),
        "{bounce:?}"
    );
    assert!(near(bounce[100], first) && near(bounce[124], bounce[24]) && near(bounce[75], bounce[24]), "{bounce:?}");
    let looped = shown("loop").await;
    assert!(near(looped[49], last) && near(looped[50], first) && near(looped[100], first), "{looped:?}");
    let held = shown("silence").await;
    assert!(near(held[49], last) && near(held[50], last) && near(held[124], last), "{held:?}");
    let slowed = shown("remap").await;
    assert!(
        near(slowed[0], first) && near(slowed[62], f64::midpoint(first, last)) && near(slowed[124], last),
        "{slowed:?}"
    );
}

/// The pixels of a rectangle of the first frame, red, green and blue.
async fn pixels(path: &Path, crop: &str) -> Vec<u8> {
    let filter = format!("crop={crop}");
    let arguments = [
        "-v",
        "error",
        "-i",
        path.to_str().unwrap(),
        "-frames:v",
        "1",
        "-vf",
        &filter,
        "-pix_fmt",
        "rgb24",
        "-f",
        "rawvideo",
        "-",
    ];
    tool("ffmpeg", &arguments).await
}

fn mean_difference(a: &[u8], b: &[u8]) -> f64 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).map(|(a, b)| f64::from(a.abs_diff(*b))).sum::<f64>() / a.len() as f64
}

#[tokio::test]
async fn the_mark_is_in_the_picture_and_the_rest_is_the_film() {
    let here = here().await;
    let (film_path, voice) = (here.file("film.mp4"), here.file("voice.wav"));
    ffmpeg(&["-f", "lavfi", "-i", "color=gray:size=640x360:rate=25:duration=1", "-pix_fmt", "yuv420p"], &film_path)
        .await;
    tone(&voice, 300, 1.0).await;
    let (video, audio) = (here.upload_video(&film_path).await, here.upload_audio(&voice).await);
    let (_, path) = result(&here, &video, &audio, "cut_off").await;
    // 27 letters of 6 dots and a margin: 168 by 15 dots, 12 pixels from the corner.
    let plate = "168:14:460:12";
    let (before, after) = (pixels(&film_path, plate).await, pixels(&path, plate).await);
    let bright = after.iter().filter(|level| **level > 200).count() as f64 / after.len() as f64;
    let dark = after.iter().filter(|level| **level < 50).count() as f64 / after.len() as f64;
    assert!(bright > 0.08 && dark > 0.4, "{bright} bright, {dark} dark");
    assert!(mean_difference(&before, &after) > 40.0);
    let rest = "640:300:0:60";
    assert!(mean_difference(&pixels(&film_path, rest).await, &pixels(&path, rest).await) < 3.0);
}

#[tokio::test]
async fn turned_odd_and_quick_films_come_out_upright_even_and_as_quick() {
    let here = here().await;
    let (flat, turned, odd, voice) =
        (here.file("flat.mp4"), here.file("turned.mp4"), here.file("odd.mkv"), here.file("voice.wav"));
    film(&flat, "320x240", "60", 1.0).await;
    ffmpeg(&["-i", flat.to_str().unwrap(), "-c", "copy", "-metadata:s:v:0", "rotate=90"], &turned).await;
    let source = "testsrc=size=321x241:rate=24:duration=1";
    ffmpeg(&["-f", "lavfi", "-i", source, "-pix_fmt", "yuv444p", "-c:v", "libx264"], &odd).await;
    tone(&voice, 300, 1.5).await;
    let audio = here.upload_audio(&voice).await;
    for (path, size, rate) in [(&turned, (240, 320), "60/1"), (&odd, (322, 242), "24/1")] {
        let video = here.upload_video(path).await;
        let (run, path) = result(&here, &video, &audio, "bounce").await;
        check(&path, &run, size, rate, 1.5).await;
    }
}

#[tokio::test]
async fn the_sound_of_the_result_is_the_new_voice_and_not_the_old() {
    let here = here().await;
    let (film_path, voice) = (here.file("film.mp4"), here.file("voice.wav"));
    let source = "testsrc2=size=160x120:rate=25:duration=3";
    ffmpeg(
        &["-f", "lavfi", "-i", source, "-f", "lavfi", "-i", "sine=frequency=2000:duration=3", "-pix_fmt", "yuv420p"],
        &film_path,
    )
    .await;
    tone(&voice, 400, 2.0).await;
    let (video, audio) = (here.upload_video(&film_path).await, here.upload_audio(&voice).await);
    let (_, path) = result(&here, &video, &audio, "silence").await;
    let arguments = ["-v", "error", "-i", path.to_str().unwrap(), "-ac", "1", "-ar", "8000", "-f", "s16le", "-"];
    let samples: Vec<i16> =
        tool("ffmpeg", &arguments).await.chunks_exact(2).map(|b| i16::from_le_bytes([b[0], b[1]])).collect();
    let crossings = samples[4_000..12_000].windows(2).filter(|pair| pair[0] < 0 && pair[1] >= 0).count();
    assert!(crossings.abs_diff(400) < 8, "{crossings} Hz");
    assert!(samples[17_000..].iter().all(|sample| sample.abs() < 200), "silence after the voice");
}
