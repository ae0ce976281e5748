//! Where the key goes, and where it does not.

use mouthpiece::api::{AssetKind, Destination, GenerationRequest, Options, Sample, SpeakRequest, Tuning};
use mouthpiece::error::Error;
use mouthpiece::progress::Progress;
use serde_json::json;

use crate::wire::{KEY, Reply, Wire, quick, tuned};

#[tokio::test]
async fn a_redirect_to_another_origin_is_not_followed_with_the_key() {
    for status in [301, 302, 303, 307, 308] {
        let other = Wire::new([]).await;
        let away = Reply::redirect(status, &other.url("/v2/voices"));
        let wire = Wire::new([away.clone(), away.clone(), away.clone(), away.clone(), away]).await;
        let client = wire.client();
        let request = GenerationRequest {
            model: "m".into(),
            input: vec![],
            options: Options::default(),
            segments: vec![],
            output_file_name: None,
        };
        let errors = [
            client.voices().await.unwrap_err(),
            client.delete_voice("a").await.unwrap_err(),
            client.clone_voice("M", Sample::Asset("a".into())).await.unwrap_err(),
            client.speak(SpeakRequest::new("v", "Hi.")).await.unwrap_err(),
            client.generate(&request, "ticket").await.unwrap_err(),
        ];
        for error in errors {
            assert!(matches!(error, Error::Unreadable { .. }), "{status}: {error:?}");
            assert!(error.to_string().contains("points to 127.0.0.1, and the key is not sent there"), "{error}");
        }
        assert!(other.heard().is_empty(), "{status}: {:?}", other.heard());
        assert_eq!(wire.heard().len(), 5, "{status}");
    }
}

#[tokio::test]
async fn the_same_host_on_another_scheme_or_port_is_another_origin() {
    let wire = Wire::new([]).await;
    wire.then(Reply::redirect(307, &format!("https://{}/v2/voices", wire.base.authority())));
    let error = wire.client().voices().await.unwrap_err();
    assert!(error.to_string().contains("the key is not sent there"), "{error}");
    assert_eq!(wire.heard().len(), 1);
}

#[tokio::test]
async fn a_redirect_within_the_origin_is_followed_with_everything() {
    for status in [301, 302, 307, 308] {
        let wire = Wire::new([Reply::redirect(status, "/v2/voices/"), Reply::json(200, &json!([{"id": "v"}]))]).await;
        assert_eq!(wire.client().voices().await.unwrap().len(), 1, "{status}");
        assert_eq!(wire.lines(), ["GET /v2/voices", "GET /v2/voices/"], "{status}");
        assert_eq!(wire.heard()[1].header("x-api-key"), Some(KEY));
    }
    for status in [307, 308] {
        let wire =
            Wire::new([Reply::redirect(status, "/v2/tts/"), Reply::json(200, &json!({"url": "https://x.example/a"}))])
                .await;
        wire.client().speak(SpeakRequest::new("v", "Hi.")).await.unwrap();
        let heard = wire.heard();
        assert_eq!(wire.lines(), ["POST /v2/tts", "POST /v2/tts/"], "{status}");
        assert_eq!(heard[1].body, heard[0].body);
        assert_eq!(heard[1].header("referer"), None);
    }
}

#[tokio::test]
async fn a_way_around_in_circles_ends() {
    let wire = Wire::new(vec![Reply::redirect(302, "/v2/voices"); 30]).await;
    let error = wire.client().voices().await.unwrap_err();
    assert!(error.to_string().contains("without end"), "{error}");
    assert_eq!(wire.heard().len(), 6);

    let wire = Wire::new(vec![Reply::redirect(302, "/a.wav"); 30]).await;
    let error = wire.client().fetch(&wire.url("/a.wav"), 10).await.unwrap_err();
    assert!(error.to_string().contains("without end"), "{error}");
    assert_eq!(wire.heard().len(), 6);

    let wire = Wire::new([Reply::with(302, &[], "")]).await;
    assert!(matches!(wire.client().voices().await, Err(Error::Unreadable { .. })));
}

const WAV: &str = "RIFF\0\0\0\0WAVEfmt ";

#[tokio::test]
async fn downloads_carry_no_key_not_even_to_the_api_itself() {
    let dir = tempfile::tempdir().unwrap();
    let other = Wire::new([Reply::with(200, &[], WAV), Reply::with(200, &[], WAV)]).await;
    let wire = Wire::new([
        Reply::with(200, &[], WAV),
        Reply::redirect(302, &other.url("/b.wav")),
        Reply::redirect(307, &other.url("/b.wav")),
    ])
    .await;
    let client = tuned(wire.base.clone(), Tuning { also_own: vec![other.base.clone()], ..quick() });
    let to = Destination { folder: dir.path().to_owned(), stem: "take".into(), kind: AssetKind::Audio };
    assert_eq!(client.fetch(&wire.url("/preview.wav"), 20).await.unwrap(), WAV);
    assert_eq!(client.fetch(&wire.url("/preview.wav"), 20).await.unwrap(), WAV);
    client.download(&wire.url("/preview.wav"), to, Progress::default()).await.unwrap();
    let all = [wire.heard(), other.heard()].concat();
    assert_eq!(all.len(), 5);
    for heard in all {
        assert_eq!((heard.header("x-api-key"), heard.header("referer")), (None, None));
        assert!(!heard.headers.iter().any(|(_, value)| value.contains(KEY)));
    }
}

#[tokio::test]
async fn addresses_that_are_no_web_addresses_are_refused() {
    let wire = Wire::new([]).await;
    for bad in ["", "file:///etc/passwd", "ftp://x.example/a", "/preview.wav", "data:audio/wav;base64,AA==", "http://"]
    {
        let error = wire.client().fetch(bad, 10).await.unwrap_err();
        assert!(matches!(error, Error::Unreadable { .. }), "{bad}: {error:?}");
    }
    assert!(wire.heard().is_empty());
}
