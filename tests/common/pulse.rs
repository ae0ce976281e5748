//! A sound server of the test's own, without any hardware: one pair of speakers that play into nothing, whose monitor
//! is the microphone. It touches nothing of the sound system of the computer it runs on.
//!
//! What a program does with its sound is told by variables of its environment, and a test can't change its own. So a
//! test that needs the program's side of the sound runs itself once more, inside: [`Pulse::again`], [`inside`].
#![allow(clippy::allow_attributes, dead_code, reason = "each test binary uses a part of this")]
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot be set up has failed")]
#![allow(clippy::print_stdout, reason = "what was measured goes to the log")]

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Nothing here takes longer on a slow machine; running into it is a failure.
const PATIENCE: Duration = Duration::from_mins(1);
/// Set for a test that runs itself once more.
const INSIDE: &str = "MOUTHPIECE_TEST_INSIDE_PULSE";
/// How the microphone is called in lists of devices.
pub const MICROPHONE: &str = "Test microphone";

/// The sound server; gone with this value.
pub struct Pulse {
    server: Child,
    /// Holds the server's files, and the home of programs run under it.
    dir: tempfile::TempDir,
}

/// What is being played into the speakers, or recorded from them; stopped with this value.
pub struct Running {
    child: Child,
    to: PathBuf,
}

impl Pulse {
    /// Starts it and waits until it answers.
    ///
    /// # Panics
    /// With a sentence when it is not installed or does not start.
    #[track_caller]
    pub fn start() -> Self {
        let dir = tempfile::tempdir().unwrap();
        std::fs::create_dir(dir.path().join("run")).unwrap();
        // The hint is what puts a device into lists.
        let hint = format!("hint {{ show on description \"{MICROPHONE}\" }}");
        let alsa = format!("pcm.!default {{ type pulse {hint} }}\nctl.!default {{ type pulse }}\n");
        std::fs::write(dir.path().join("asound.conf"), alsa).unwrap();
        let socket = format!("module-native-protocol-unix auth-anonymous=1 socket={}", socket(dir.path()).display());
        let speakers = "module-null-sink sink_name=speakers rate=48000 channels=2";
        let log = std::fs::File::create(dir.path().join("server.log")).unwrap();
        let server = surrounded(Command::new("pulseaudio"), dir.path())
            .args(["-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--disable-shm=yes"])
            .args(["-L", &socket, "-L", speakers])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap_or_else(|e| panic!("pulseaudio can't be started ({e}): run packaging/setup.sh --tests"));
        let mut pulse = Self { server, dir };
        pulse.wait_until_it_answers();
        pulse
    }

    #[track_caller]
    fn wait_until_it_answers(&mut self) {
        let start = Instant::now();
        while !self.command("pactl").arg("info").output().is_ok_and(|output| output.status.success()) {
            let ended = self.server.try_wait().unwrap();
            if ended.is_some() || start.elapsed() > PATIENCE {
                let log = std::fs::read_to_string(self.dir.path().join("server.log")).unwrap_or_default();
                panic!("pulseaudio does not answer ({ended:?}; is pulseaudio-utils installed?): {log}");
            }
            pause();
        }
    }

    /// A folder that goes with the server.
    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// A program whose sound devices are this server's.
    pub fn command(&self, program: &str) -> Command {
        surrounded(Command::new(program), self.dir.path())
    }

    /// This test binary once more, running only the test of this name, whose [`inside`] is true. What the test prints
    /// goes through.
    pub fn again(&self, test: &str) -> Command {
        let mut command = surrounded(Command::new(std::env::current_exe().unwrap()), self.dir.path());
        command.args(["--exact", test, "--nocapture"]).env(INSIDE, "1");
        command
    }

    /// Runs this test inside, and fails as it does.
    #[track_caller]
    pub fn run_again(&self, test: &str) {
        let output = self.again(test).output().unwrap();
        let said = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success() && said.contains("1 passed"), "{test} inside: {said}");
        println!("{said}");
    }

    /// Plays a sound file into the speakers, which is what the microphone hears.
    pub fn play(&self, file: &Path) -> Running {
        let child = self.command("paplay").arg("--device=speakers").arg(file).spawn();
        let child = child.unwrap_or_else(|e| panic!("paplay ({e}): run packaging/setup.sh --tests"));
        Running { child, to: file.to_owned() }
    }

    /// Records what comes out of the speakers, 48 kHz mono, until it is asked for. The file grows while it is
    /// recorded.
    pub fn listen(&self, to: &Path) -> Running {
        let file = std::fs::File::create(to).unwrap();
        let format = ["--raw", "--format=s16le", "--rate=48000", "--channels=1", "--latency-msec=20"];
        let child = self.command("parec").arg("--device=speakers.monitor").args(format).stdout(file).spawn();
        let child = child.unwrap_or_else(|e| panic!("parec ({e}): run packaging/setup.sh --tests"));
        Running { child, to: to.to_owned() }
    }

    /// Ends the server, as when the only device is unplugged.
    pub fn unplug(&mut self) {
        self.server.kill().ok();
        self.server.wait().ok();
    }
}

impl Drop for Pulse {
    fn drop(&mut self) {
        self.unplug();
    }
}

impl Running {
    /// Waits until all of a file has been played.
    #[track_caller]
    pub fn finish(mut self) {
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            if let Some(status) = self.child.try_wait().unwrap() {
                assert!(status.success(), "it was not played: {status}");
                return;
            }
            pause();
        }
        panic!("it is still being played");
    }

    /// Seconds recorded so far.
    pub fn recorded_secs(&self) -> f64 {
        std::fs::metadata(&self.to).map_or(0.0, |file| secs(file.len()))
    }

    /// Stops, and gives what was recorded so far, 48 kHz, −1 to 1.
    pub fn samples(mut self) -> Vec<f32> {
        self.stop();
        let bytes = std::fs::read(&self.to).unwrap();
        bytes.chunks_exact(2).map(|pair| f32::from(i16::from_le_bytes([pair[0], pair[1]])) / 32_768.0).collect()
    }

    fn stop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Whether this process is the second run of a test, with the server's devices.
pub fn inside() -> bool {
    std::env::var_os(INSIDE).is_some()
}

/// Looks until a condition holds.
#[track_caller]
pub fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < PATIENCE, "waited in vain until {what}");
        pause();
    }
}

#[expect(clippy::cast_precision_loss, reason = "seconds of a test's recording")]
fn secs(bytes: u64) -> f64 {
    bytes as f64 / 96_000.0
}

fn socket(dir: &Path) -> PathBuf {
    dir.join("native")
}

/// The environment in which the server's devices are the only ones.
fn surrounded(mut command: Command, dir: &Path) -> Command {
    for other in ["DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "PULSE_SINK", "PULSE_SOURCE"] {
        command.env_remove(other);
    }
    command
        .env("HOME", dir)
        .env("XDG_RUNTIME_DIR", dir.join("run"))
        .env("PULSE_RUNTIME_PATH", dir.join("run"))
        .env("PULSE_SERVER", format!("unix:{}", socket(dir).display()))
        .env("ALSA_CONFIG_PATH", dir.join("asound.conf"));
    command
}

#[expect(clippy::disallowed_methods, reason = "between two looks at a condition, in a test")]
fn pause() {
    std::thread::sleep(Duration::from_millis(10));
}
