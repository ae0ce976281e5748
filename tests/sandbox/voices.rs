//! Voices: built in and cloned; a take in a clone's voice is measured with a method of the test's own.

use std::f64::consts::TAU;
use std::path::Path;

use serde_json::{Value, json};

use crate::here::{Here, ffmpeg, film, here, refused, speaker, text, tone};

async fn names(here: &Here) -> Vec<String> {
    here.get("/v2/voices").await.1.as_array().unwrap().iter().map(|voice| text(&voice["name"])).collect()
}

/// Clones from a fresh upload of `path`.
async fn clone(here: &Here, name: &str, path: &Path) -> (u16, Value) {
    let asset = here.upload_audio(path).await;
    here.post("/v2/voices", json!({ "name": name, "provider": "elevenlabs", "assetId": asset })).await
}

/// A take in this voice, saved as `name`.
async fn take(here: &Here, voice: &Value, name: &str) -> std::path::PathBuf {
    let script = "The quick brown fox jumps over the lazy dog, and nobody in the village seems to notice it at all.";
    let (status, spoken) = here.post("/v2/tts", json!({ "voiceId": voice, "script": script })).await;
    assert_eq!(status, 200, "{spoken}");
    here.save(&text(&spoken["url"]), name).await
}

#[tokio::test]
async fn eight_built_in_voices_play_and_say_what_they_are() {
    let here = here().await;
    let (status, voices) = here.get("/v2/voices?provider=elevenlabs").await;
    assert_eq!(status, 200);
    let voices = voices.as_array().unwrap().clone();
    assert_eq!(voices.len(), 8);
    let mut pitches = Vec::new();
    for voice in &voices {
        assert!(text(&voice["name"]).starts_with("Sandbox ") && voice["provider"] == "elevenlabs", "{voice}");
        let path = here.save(&text(&voice["previewUrl"]), "preview.wav").await;
        let reader = hound::WavReader::open(&path).unwrap();
        let (spec, seconds) = (reader.spec(), f64::from(reader.duration()) / f64::from(reader.spec().sample_rate));
        assert_eq!((spec.channels, spec.bits_per_sample), (1, 16));
        assert!((1.5..10.0).contains(&seconds), "{seconds} s");
        pitches.push(heard_pitch(&path));
    }
    let (lowest, highest) = (pitches.iter().copied().reduce(f64::min), pitches.iter().copied().reduce(f64::max));
    assert!(highest.unwrap() > 2.0 * lowest.unwrap(), "{pitches:?}");
    assert_eq!(here.get("/v2/voices/sandbox-ada").await, (200, voices[0].clone()));
    refused(&here.get("/v2/voices/nobody").await, 404, "voice_not_found", "voiceId");
    refused(&here.get("/v2/voices?provider=other").await, 400, "", "provider");
}

#[tokio::test]
async fn a_clone_speaks_at_the_pitch_of_its_sample() {
    let here = here().await;
    for (index, (voice, pitch)) in [("en-us+m2", 20), ("en-us+f2", 45), ("en-us+f5", 85)].into_iter().enumerate() {
        let path = here.file("sample.wav");
        speaker(&path, voice, pitch, 165).await;
        let (status, clone) = clone(&here, &format!("Clone {index}"), &path).await;
        assert_eq!(status, 201, "{clone}");
        let (sample, made) = (heard_pitch(&path), heard_pitch(&take(&here, &clone["id"], "take.wav").await));
        assert!((made / sample - 1.0).abs() < 0.1, "{voice}: the sample has {sample:.0} Hz, the take {made:.0}");
    }
}

#[tokio::test]
async fn a_clone_of_a_quick_speaker_is_quicker() {
    let here = here().await;
    let mut lengths = Vec::new();
    for (name, speed) in [("Slow", 105), ("Quick", 230)] {
        let path = here.file("sample.wav");
        speaker(&path, "en-us", 50, speed).await;
        let (_, clone) = clone(&here, name, &path).await;
        let reader = hound::WavReader::open(take(&here, &clone["id"], "take.wav").await).unwrap();
        lengths.push(f64::from(reader.duration()) / f64::from(reader.spec().sample_rate));
    }
    assert!(lengths[0] > 1.4 * lengths[1], "{lengths:?}");
}

#[tokio::test]
async fn a_clone_is_made_from_the_sound_of_a_video_at_its_address() {
    let here = here().await;
    let (sound, path) = (here.file("sample.wav"), here.file("talk.mp4"));
    speaker(&sound, "en-us+f3", 50, 160).await;
    let source = "testsrc2=size=320x240:rate=25:duration=8";
    ffmpeg(
        &["-f", "lavfi", "-i", source, "-i", sound.to_str().unwrap(), "-shortest", "-c:v", "libx264", "-c:a", "aac"],
        &path,
    )
    .await;
    let url = here.put(&path, "video/mp4").await;
    let (status, clone) = here.post("/v2/voices", json!({ "name": " From a film ", "url": url })).await;
    assert_eq!((status, &clone["name"]), (201, &json!("From a film")), "{clone}");
    let (sample, made) = (heard_pitch(&sound), heard_pitch(&take(&here, &clone["voiceId"], "take.wav").await));
    assert!((made / sample - 1.0).abs() < 0.1, "the sample has {sample:.0} Hz, the take {made:.0}");
    let preview = text(&here.get(&format!("/v2/voices/{}", text(&clone["id"]))).await.1["previewUrl"]);
    assert!(here.fetch(&preview).await.starts_with(b"RIFF"));
}

#[tokio::test]
async fn three_slots_then_a_refusal_and_a_deleted_voice_frees_one_at_once() {
    let here = here().await;
    let path = here.file("sample.wav");
    speaker(&path, "en-us", 50, 160).await;
    let mut clones = Vec::new();
    for name in ["One", "Two", "Three"] {
        let (status, clone) = clone(&here, name, &path).await;
        assert_eq!(status, 201, "{clone}");
        assert_eq!(clone["id"], clone["voiceId"]);
        clones.push(clone);
    }
    refused(&clone(&here, " two", &path).await, 409, "voice_name_conflict", "name");
    refused(&clone(&here, "Sandbox Ada", &path).await, 409, "voice_name_conflict", "name");
    let full = clone(&here, "Four", &path).await;
    refused(&full, 403, "voice_clone_limit_reached", "");
    assert!(text(&full.1["suggestion"]).contains("Delete a voice"));

    assert_eq!(here.delete(&format!("/v2/voices/{}", text(&clones[1]["id"]))).await, (200, json!(true)));
    refused(&here.delete(&format!("/v2/voices/{}", text(&clones[1]["id"]))).await, 404, "voice_not_found", "voiceId");
    let (status, four) = clone(&here, "Two", &path).await;
    assert_eq!(status, 201, "{four}");
    assert_eq!(names(&here).await[8..], ["One", "Three", "Two"]);
    // The internal id is as good as the other.
    assert_eq!(here.delete(&format!("/v2/voices/{}", text(&four["internalVoiceId"]))).await.0, 200);
    refused(&here.delete("/v2/voices/sandbox-ada").await, 403, "", "id");
    assert_eq!(names(&here).await.len(), 10);
}

#[tokio::test]
async fn samples_that_cannot_be_used_are_each_refused_in_their_own_way() {
    let here = here().await;
    let (mute, short, silent, noise, other) = (
        here.file("mute.mp4"),
        here.file("short.wav"),
        here.file("silent.wav"),
        here.file("noise.wav"),
        here.file("text.txt"),
    );
    film(&mute, "160x120", "25", 6.0).await;
    tone(&short, 200, 3.0).await;
    ffmpeg(&["-f", "lavfi", "-i", "anullsrc=r=16000:cl=mono:d=8"], &silent).await;
    ffmpeg(&["-f", "lavfi", "-i", "anoisesrc=r=16000:d=8:a=0.3:seed=7"], &noise).await;
    std::fs::write(&other, "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile:///etc/passwd\n").unwrap();
    for (path, code) in [
        (&mute, "voice_sample_extraction_failed"),
        (&short, "voice_sample_too_short"),
        (&silent, "voice_sample_invalid"),
        (&noise, "voice_sample_invalid"),
        (&other, "voice_sample_type_unsupported"),
    ] {
        refused(&clone(&here, "Me", path).await, 400, code, "assetId");
    }
    assert!(text(&clone(&here, "Me", &short).await.1["message"]).contains("at least 5"));
    assert_eq!(names(&here).await.len(), 8);
}

#[tokio::test]
async fn requests_that_break_the_contract_are_refused_by_field() {
    let here = here().await;
    let ask = async |body: Value| here.post("/v2/voices", body).await;
    let third = json!({ "name": "Me", "url": "https://assets.sync.so/uploads/founder-sample.mp4" });
    refused(&ask(third).await, 400, "file_not_in_org_storage", "url");
    let guess = json!({ "name": "Me", "url": here.url("/files/guess/a.wav") });
    refused(&ask(guess).await, 400, "file_not_in_org_storage", "url");
    refused(&ask(json!({ "name": "Me", "assetId": "asset_abc123" })).await, 422, "asset_not_found", "assetId");
    refused(&ask(json!({ "name": "Me" })).await, 400, "voice_sample_upload_required", "assetId");
    let both = json!({ "name": "Me", "assetId": "a", "url": "https://example.com/b.wav" });
    let both = ask(both).await;
    refused(&both, 400, "", "assetId");
    assert!(text(&both.1["message"]).contains("exactly one"));
    for (body, field) in [
        (json!({ "assetId": "a" }), "name"),
        (json!({ "name": "", "assetId": "a" }), "name"),
        (json!({ "name": "  ", "assetId": "a" }), "name"),
        (json!({ "name": "x".repeat(101), "assetId": "a" }), "name"),
        (json!({ "name": "Me", "assetId": 7 }), "assetId"),
        (json!({ "name": "Me", "assetId": "a", "provider": "other" }), "provider"),
    ] {
        refused(&ask(body).await, 400, "", field);
    }
}

/// Median pitch by cepstrum: the spacing of the harmonics in the logarithm of the spectrum.
fn heard_pitch(path: &Path) -> f64 {
    const SIZE: usize = 2_048;
    let mut reader = hound::WavReader::open(path).unwrap();
    let rate = f64::from(reader.spec().sample_rate);
    let samples: Vec<f64> = reader.samples::<i16>().map(|sample| f64::from(sample.unwrap()) / 32_768.0).collect();
    let energy = |frame: &[f64]| frame.iter().map(|s| s * s).sum::<f64>() / SIZE as f64;
    let loudest = samples.windows(SIZE).step_by(512).map(energy).fold(0.0, f64::max);
    let mut found = Vec::new();
    for frame in samples.windows(SIZE).step_by(512).filter(|frame| energy(frame) > loudest * 0.1) {
        let window = |(i, s): (usize, &f64)| (s * (0.5 - 0.5 * (TAU * i as f64 / SIZE as f64).cos()), 0.0);
        let mut bins: Vec<(f64, f64)> = frame.iter().enumerate().map(window).collect();
        fft(&mut bins);
        let mut log: Vec<(f64, f64)> = bins.iter().map(|(re, im)| ((re * re + im * im + 1e-9).ln(), 0.0)).collect();
        fft(&mut log);
        let (from, to) = ((rate / 420.0) as usize, (rate / 60.0) as usize);
        let (best, (height, _)) =
            log[from..to].iter().enumerate().max_by(|(_, a), (_, b)| a.0.total_cmp(&b.0)).unwrap();
        let mean = log[from..to].iter().map(|(re, _)| re.abs()).sum::<f64>() / (to - from) as f64;
        if *height > 4.0 * mean {
            found.push(rate / (from + best) as f64);
        }
    }
    assert!(found.len() > 8, "no voice in {}", path.display());
    found.sort_by(f64::total_cmp);
    found[found.len() / 2]
}

/// Radix two, in place.
fn fft(bins: &mut [(f64, f64)]) {
    let size = bins.len();
    if size == 1 {
        return;
    }
    let (mut even, mut odd): (Vec<_>, Vec<_>) = bins.chunks_exact(2).map(|pair| (pair[0], pair[1])).unzip();
    fft(&mut even);
    fft(&mut odd);
    for (i, (e, o)) in even.iter().zip(&odd).enumerate() {
        let (sin, cos) = (-TAU * i as f64 / size as f64).sin_cos();
        let turned = (o.0 * cos - o.1 * sin, o.0 * sin + o.1 * cos);
        bins[i] = (e.0 + turned.0, e.1 + turned.1);
        bins[i + size / 2] = (e.0 - turned.0, e.1 - turned.1);
    }
}
