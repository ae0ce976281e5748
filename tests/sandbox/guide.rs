//! Every `curl` of the voice cloning guide, typed as it stands there: only the address of the service and the ids
//! it gave are put in, as a reader would.

use serde_json::Value;

use crate::here::{Here, ffmpeg, film, here, speaker, text};

const LIST: &str = r#"curl https://api.sync.so/v2/voices \
  -H "x-api-key: $SYNC_API_KEY""#;

const CLONE_ASSET: &str = r#"curl -X POST https://api.sync.so/v2/voices \
  -H "x-api-key: $SYNC_API_KEY" \
  -H "Content-Type: application/json" \
  -d '{
    "name": "Founder voice",
    "assetId": "asset_abc123"
  }'"#;

const CLONE_URL: &str = r#"curl -X POST https://api.sync.so/v2/voices \
  -H "x-api-key: $SYNC_API_KEY" \
  -H "Content-Type: application/json" \
  -d '{
    "name": "Founder voice",
    "url": "https://assets.sync.so/uploads/founder-sample.mp4"
  }'"#;

const DELETE: &str = r#"curl -X DELETE https://api.sync.so/v2/voices/cloned_9f8e7d6c \
  -H "x-api-key: $SYNC_API_KEY""#;

const CLONE_SPEAKER: &str = r#"curl -X POST https://api.sync.so/v2/voices \
  -H "x-api-key: $SYNC_API_KEY" \
  -H "Content-Type: application/json" \
  -d '{
    "name": "Speaker clone",
    "assetId": "asset_talkinghead"
  }'"#;

const SPEAK: &str = r#"curl -X POST https://api.sync.so/v2/tts \
  -H "x-api-key: $SYNC_API_KEY" \
  -H "Content-Type: application/json" \
  -d '{
    "voiceId": "cloned_9f8e7d6c",
    "script": "Here is a brand new line, spoken in my own voice."
  }'"#;

const GENERATE: &str = r#"curl -X POST https://api.sync.so/v2/generate \
  -H "x-api-key: $SYNC_API_KEY" \
  -H "Content-Type: application/json" \
  -d '{
    "model": "lipsync-2",
    "input": [
      { "type": "video", "url": "https://assets.sync.so/uploads/target-video.mp4" },
      { "type": "audio", "url": "https://assets.sync.so/tts/synthesized-line.wav" }
    ],
    "options": { "sync_mode": "cut_off" }
  }'"#;

/// Runs a command of the guide in a shell, with the replacements a reader would make; status and body.
async fn curl(here: &Here, command: &str, replace: &[(&str, &str)]) -> (u16, Value) {
    let mut command = command.replacen("curl", "curl -s --noproxy '*' -w '\\n%{http_code}'", 1);
    command = command.replace("https://api.sync.so", here.sandbox.base_url());
    for (from, to) in replace {
        assert!(command.contains(from), "{from} is in the guide");
        command = command.replace(from, to);
    }
    let mut shell = tokio::process::Command::new("sh");
    let output = shell.args(["-c", &command]).env("SYNC_API_KEY", here.sandbox.key()).output().await.unwrap();
    let output = String::from_utf8(output.stdout).unwrap();
    let (body, status) = output.rsplit_once('\n').unwrap();
    (status.parse().unwrap(), serde_json::from_str(body).unwrap())
}

#[tokio::test]
async fn every_curl_of_the_guide_works_as_written() {
    let here = here().await;
    let (sound, talk, target) = (here.file("sound.wav"), here.file("talk.mp4"), here.file("target.mp4"));
    speaker(&sound, "en-us+f3", 45, 165).await;
    let source = "testsrc2=size=320x240:rate=25:duration=9";
    ffmpeg(&["-f", "lavfi", "-i", source, "-i", sound.to_str().unwrap(), "-shortest", "-pix_fmt", "yuv420p"], &talk)
        .await;
    film(&target, "320x240", "25", 2.0).await;
    let asset = text(&here.upload(&talk, "VIDEO", "video/mp4").await["id"]);
    let (sample, target) = (here.put(&talk, "video/mp4").await, here.put(&target, "video/mp4").await);

    let (status, voices) = curl(&here, LIST, &[]).await;
    assert_eq!(status, 200);
    for voice in voices.as_array().unwrap() {
        assert!(["id", "name", "provider", "previewUrl"].iter().all(|field| voice[*field].is_string()), "{voice}");
    }

    let (status, founder) = curl(&here, CLONE_ASSET, &[("asset_abc123", &asset)]).await;
    assert_eq!((status, &founder["name"]), (201, &Value::from("Founder voice")), "{founder}");
    assert!(["id", "voiceId", "internalVoiceId"].iter().all(|field| founder[*field].is_string()), "{founder}");

    let founder = text(&founder["voiceId"]);
    assert_eq!(curl(&here, DELETE, &[("cloned_9f8e7d6c", &founder)]).await, (200, Value::Bool(true)));
    let hosted = "https://assets.sync.so/uploads/founder-sample.mp4";
    let (status, again) = curl(&here, CLONE_URL, &[(hosted, &sample)]).await;
    assert_eq!(status, 201, "{again}");

    let (status, speaker) = curl(&here, CLONE_SPEAKER, &[("asset_talkinghead", &asset)]).await;
    assert_eq!(status, 201, "{speaker}");
    let (status, take) = curl(&here, SPEAK, &[("cloned_9f8e7d6c", &text(&speaker["voiceId"]))]).await;
    assert_eq!(status, 200, "{take}");
    assert!(take["id"].is_string() && take["duration"].is_number() && take["url"] == take["synthesizedAudioUrl"]);

    let line = text(&take["synthesizedAudioUrl"]);
    let replace = [
        ("https://assets.sync.so/uploads/target-video.mp4", target.as_str()),
        ("https://assets.sync.so/tts/synthesized-line.wav", line.as_str()),
    ];
    let (status, run) = curl(&here, GENERATE, &replace).await;
    assert_eq!((status, &run["status"]), (201, &Value::from("PENDING")), "{run}");
    let done = here.until_ended(&text(&run["id"])).await;
    assert_eq!(done["status"], "COMPLETED", "{done}");
    assert_eq!(here.fetch(&text(&done["outputUrl"])).await[4..8], *b"ftyp");
}

#[tokio::test]
async fn the_guides_own_ids_are_refused_in_words() {
    let here = here().await;
    let (status, body) = curl(&here, CLONE_ASSET, &[]).await;
    assert_eq!((status, &body["errorCode"]), (422, &Value::from("asset_not_found")));
    let (status, body) = curl(&here, CLONE_URL, &[]).await;
    assert_eq!((status, &body["errorCode"]), (400, &Value::from("file_not_in_org_storage")));
    let (status, body) = curl(&here, DELETE, &[]).await;
    assert_eq!((status, &body["errorCode"]), (404, &Value::from("voice_not_found")));
    let (status, body) = curl(&here, SPEAK, &[]).await;
    assert_eq!((status, &body["errorCode"]), (422, &Value::from("voice_not_found")));
    let (status, body) = curl(&here, GENERATE, &[]).await;
    assert_eq!((status, &body["errorCode"]), (400, &Value::from("generation_input_video_inaccessible")));
}
