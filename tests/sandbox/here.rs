//! A sandbox of its own for each test, a plain HTTP client for it, and small media.

use std::path::{Path, PathBuf};

use mouthpiece::sandbox::{self, Options, Pace, Sandbox, Tools};
use reqwest::{Client, Method, Response};
use serde_json::{Value, json};
use tempfile::TempDir;

/// A running sandbox.
pub struct Here {
    pub sandbox: Sandbox,
    pub http: Client,
    pub folder: TempDir,
}

/// Options for a sandbox in `folder`.
pub fn options(folder: &Path) -> Options {
    let key = Some("the-key".to_owned());
    Options { port: 0, data_dir: folder.to_owned(), key, pace: Pace::Instant, tools: Tools::default() }
}

/// A client that asks nobody for the way.
pub fn http() -> Client {
    Client::builder().no_proxy().build().unwrap()
}

/// Starts a sandbox.
pub async fn here() -> Here {
    here_with(Tools::default()).await
}

/// Starts a sandbox in which work takes its time, or none.
pub async fn here_paced(pace: Pace) -> Here {
    let folder = tempfile::tempdir().unwrap();
    let sandbox = sandbox::start(Options { pace, ..options(&folder.path().join("data")) }).await.unwrap();
    Here { sandbox, http: http(), folder }
}

/// Starts a sandbox with other programs.
pub async fn here_with(tools: Tools) -> Here {
    let folder = tempfile::tempdir().unwrap();
    let sandbox = sandbox::start(Options { tools, ..options(&folder.path().join("data")) }).await.unwrap();
    Here { sandbox, http: http(), folder }
}

impl Here {
    /// Ends the sandbox and starts it again in the same folder, on another port.
    pub async fn restart(self) -> Self {
        let Self { sandbox, folder, http } = self;
        drop(sandbox);
        let sandbox = sandbox::start(options(&folder.path().join("data"))).await.unwrap();
        Self { sandbox, http, folder }
    }

    /// The same while another program has taken the port.
    pub async fn restart_elsewhere(self) -> Self {
        let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let port = taken.local_addr().unwrap().port();
        std::fs::write(self.folder.path().join("data").join("port"), port.to_string()).unwrap();
        self.restart().await
    }

    pub fn url(&self, path: &str) -> String {
        if path.starts_with("http") { path.to_owned() } else { format!("{}{path}", self.sandbox.base_url()) }
    }

    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.http.request(method, self.url(path)).header("x-api-key", self.sandbox.key())
    }

    pub async fn get(&self, path: &str) -> (u16, Value) {
        read(self.request(Method::GET, path).send().await.unwrap()).await
    }

    pub async fn delete(&self, path: &str) -> (u16, Value) {
        read(self.request(Method::DELETE, path).send().await.unwrap()).await
    }

    pub async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        read(self.request(Method::POST, path).json(&body).send().await.unwrap()).await
    }

    /// Fetches a file by its address, without a key.
    pub async fn fetch(&self, url: &str) -> Vec<u8> {
        let response = self.http.get(url).send().await.unwrap();
        assert_eq!(response.status(), 200, "{url}");
        response.bytes().await.unwrap().to_vec()
    }

    /// Uploads in the three documented steps.
    pub async fn upload(&self, path: &Path, kind: &str, content_type: &str) -> Value {
        let url = self.put(path, content_type).await;
        let (status, asset) = self.post("/v2/assets", json!({ "url": url, "type": kind })).await;
        assert_eq!(status, 201, "{asset}");
        asset
    }

    /// The first two steps: the address of the stored file.
    pub async fn put(&self, path: &Path, content_type: &str) -> String {
        let bytes = std::fs::read(path).unwrap();
        let name = path.file_name().unwrap().to_str().unwrap();
        let body = json!({ "fileName": name, "contentType": content_type, "size": bytes.len() });
        let (status, place) = self.post("/v2/assets/upload", body).await;
        assert_eq!(status, 201, "{place}");
        let put = self.http.put(place["uploadUrl"].as_str().unwrap()).header("content-type", content_type);
        assert_eq!(put.body(bytes).send().await.unwrap().status(), 200);
        place["url"].as_str().unwrap().to_owned()
    }

    pub async fn upload_video(&self, path: &Path) -> String {
        text(&self.upload(path, "VIDEO", "video/mp4").await["id"])
    }

    pub async fn upload_audio(&self, path: &Path) -> String {
        text(&self.upload(path, "AUDIO", "audio/wav").await["id"])
    }

    /// Asks for a run and waits for its end.
    pub async fn run(&self, body: Value) -> Value {
        let (status, run) = self.post("/v2/generate", body).await;
        assert_eq!(status, 201, "{run}");
        assert_eq!(run["status"], "PENDING");
        self.until_ended(&text(&run["id"])).await
    }

    /// Waits for the end of a run.
    pub async fn until_ended(&self, id: &str) -> Value {
        loop {
            let (status, run) = self.get(&format!("/v2/generate/{id}?wait=true&timeout=10")).await;
            assert_eq!(status, 200, "{run}");
            if run["status"] != "PENDING" && run["status"] != "PROCESSING" {
                return run;
            }
        }
    }

    /// A place for a file of the test.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Saves what is at an address.
    pub async fn save(&self, url: &str, name: &str) -> PathBuf {
        let path = self.file(name);
        std::fs::write(&path, self.fetch(url).await).unwrap();
        path
    }
}

pub async fn read(response: Response) -> (u16, Value) {
    let status = response.status().as_u16();
    let bytes = response.bytes().await.unwrap();
    (status, serde_json::from_slice(&bytes).unwrap_or(Value::Null))
}

pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}")).to_owned()
}

/// A refusal is as documented: status, code and field, and it says what happened.
#[track_caller]
pub fn refused(answer: &(u16, Value), status: u16, code: &str, field: &str) {
    let (got, body) = answer;
    assert_eq!(*got, status, "{body}");
    assert_eq!(body["statusCode"], status, "{body}");
    let word = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    assert_eq!((word(&body["errorCode"]), word(&body["field"])), (code.to_owned(), field.to_owned()), "{body}");
    assert!(word(&body["message"]).len() > 10 && body["error"].is_string() && body["requestId"].is_string(), "{body}");
    assert!(code.is_empty() || body["suggestion"].is_string(), "a code comes with advice: {body}");
}

/// Runs a program without blocking the sandbox, which lives in the same process.
pub async fn tool(program: &str, arguments: &[&str]) -> Vec<u8> {
    let output = tokio::process::Command::new(program).args(arguments).output().await.unwrap();
    assert!(output.status.success(), "{program} {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

pub async fn ffmpeg(arguments: &[&str], to: &Path) {
    let mut all = vec!["-v", "error", "-y"];
    all.extend(arguments);
    all.push(to.to_str().unwrap());
    tool("ffmpeg", &all).await;
}

/// A test film with moving patterns: `size` "320x240", `rate` "25".
pub async fn film(to: &Path, size: &str, rate: &str, seconds: f64) {
    let source = format!("testsrc2=size={size}:rate={rate}:duration={seconds}");
    ffmpeg(&["-f", "lavfi", "-i", &source, "-pix_fmt", "yuv420p", "-c:v", "libx264", "-preset", "ultrafast"], to).await;
}

/// A tone of an exact length.
pub async fn tone(to: &Path, hertz: u32, seconds: f64) {
    let source = format!("sine=frequency={hertz}:sample_rate=48000:duration={seconds}");
    ffmpeg(&["-f", "lavfi", "-i", &source], to).await;
}

/// Somebody speaking: `voice`, `pitch` and `speed` as espeak-ng takes them.
pub async fn speaker(to: &Path, voice: &str, pitch: u32, speed: u32) {
    let words = "Good morning everybody. I would like to tell you a little about where I grew up, and how the river \
        behind our house froze over every winter, so that we could walk to school along it.";
    let (pitch, speed) = (pitch.to_string(), speed.to_string());
    tool("espeak-ng", &["-v", voice, "-p", &pitch, "-s", &speed, "-w", to.to_str().unwrap(), words]).await;
}

/// What ffprobe says about a file.
pub async fn probe(path: &Path) -> Value {
    let arguments =
        ["-v", "error", "-of", "json", "-count_frames", "-show_streams", "-show_format", path.to_str().unwrap()];
    serde_json::from_slice(&tool("ffprobe", &arguments).await).unwrap()
}

pub fn number(value: &Value) -> f64 {
    value.as_f64().or_else(|| value.as_str()?.parse().ok()).unwrap_or_else(|| panic!("no number: {value}"))
}

pub fn stream<'a>(report: &'a Value, kind: &str) -> &'a Value {
    report["streams"].as_array().unwrap().iter().find(|stream| stream["codec_type"] == kind).unwrap()
}
