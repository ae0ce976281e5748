//! The log and the panic report. What goes into either passes a mask first, so that no key gets there.

use std::io::{self, IsTerminal as _, Write};
use std::path::{Path, PathBuf};

use mouthpiece::paths::private_folder_of_files;
use mouthpiece::secrets::mask;
use tracing_appender::non_blocking::WorkerGuard;
use tracing_subscriber::filter::{EnvFilter, LevelFilter, filter_fn};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Layer as _, fmt, registry};

use super::say;

const DAYS: usize = 7;
/// Panics go to the log under this name, and to the user as one sentence of their own.
const PANIC: &str = "panic";

/// Logs to one file a day, when the directory can be written, and to stderr: what a verb says there is for people, so
/// that `quiet` leaves it to them unless the log is asked for. The guard writes out what is left.
pub fn start(dir: &Path, quiet: bool) -> Option<WorkerGuard> {
    // The appender itself reports a directory that is not there on stderr.
    // On a disk that knows no owners, a log all the same.
    private_folder_of_files(dir).ok();
    let file = dir.is_dir().then_some(()).and_then(|()| {
        let daily = tracing_appender::rolling::Builder::new().rotation(tracing_appender::rolling::Rotation::DAILY);
        let daily = daily.filename_prefix("mouthpiece").filename_suffix("log").max_log_files(DAYS);
        let daily = daily.build(dir).ok();
        // The one of today too.
        private_folder_of_files(dir).ok();
        daily
    });
    let (writer, guard) = file.map(tracing_appender::non_blocking).unzip();
    let unwritable = writer.is_none();
    let is_asked = std::env::var_os("MOUTHPIECE_LOG").is_some_and(|asked| !asked.is_empty());
    let stderr = (!quiet || is_asked).then(fmt::layer).map(|layer| {
        layer
            .with_writer(Masked(io::stderr))
            .with_ansi(io::stderr().is_terminal())
            .with_filter(filter())
            .with_filter(filter_fn(ours_or_grave))
            .with_filter(filter_fn(|event| event.target() != PANIC))
    });
    let file = writer.map(|writer| {
        let layer = fmt::layer().with_writer(Masked(writer)).with_ansi(false);
        layer.with_filter(filter()).with_filter(filter_fn(ours_or_grave))
    });
    registry().with(stderr).with(file).init();
    if unwritable {
        tracing::warn!("no log file can be written in {}", dir.display());
    }
    guard
}

/// Our own doings, and what others warn of. Requests and bodies are not logged at these levels, and keys and script
/// texts at none.
fn filter() -> EnvFilter {
    let asked = std::env::var("MOUTHPIECE_LOG").unwrap_or_default();
    let usual = || EnvFilter::new(format!("warn,mouthpiece=info,symphonia=error,{PANIC}=error"));
    if asked.trim().is_empty() {
        return usual();
    }
    EnvFilter::builder().with_default_directive(LevelFilter::WARN.into()).parse(asked).unwrap_or_else(|_| usual())
}

/// Whatever is asked for, others only get to warn: the window toolkit would trace every key that is typed, and HTTP
/// libraries every header.
fn ours_or_grave(event: &tracing::Metadata<'_>) -> bool {
    event.target().starts_with("mouthpiece") || event.target() == PANIC || *event.level() <= tracing::Level::WARN
}

/// A writer behind which no key is left. An event arrives in one piece, so a key is never cut in two.
struct Masked<W>(W);

impl<'a, W: MakeWriter<'a>> MakeWriter<'a> for Masked<W> {
    type Writer = Masked<W::Writer>;

    fn make_writer(&'a self) -> Self::Writer {
        Masked(self.0.make_writer())
    }
}

impl<W: Write> Write for Masked<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write_all(mask(&String::from_utf8_lossy(bytes)).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// A panic goes to the log with its place, and to the user as one sentence instead of a backtrace.
pub fn report_panics(log_dir: PathBuf) {
    std::panic::set_hook(Box::new(move |panic| {
        let text = panic.payload_as_str().map(without_contents).unwrap_or_default();
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        tracing::error!(target: "panic", "{text} at {place}");
        say(&format!("Mouthpiece made a mistake ({place}). What happened is in {}.", log_dir.display()));
    }));
}

/// A panic's text up to where it begins to quote data: what the user wrote does not belong in a log.
fn without_contents(text: &str) -> &str {
    text.split([':', '`', '"', '\'', '\n']).next().unwrap_or_default().trim()
}

#[cfg(test)]
mod tests {
    use mouthpiece::secrets::{ApiKey, Source};

    use super::*;

    const CANARY: &str = "sk-canary-of-the-panic-report-0123456789";
    const LOG_DIR: &str = "MOUTHPIECE_TEST_LOG_DIR";

    #[test]
    fn a_panic_report_does_not_repeat_what_was_written() {
        let sliced = "byte index 1 is not a char boundary; it is inside 'é' (bytes 0..2) of `été secret`";
        assert_eq!(without_contents(sliced), "byte index 1 is not a char boundary; it is inside");
        assert_eq!(without_contents("index out of bounds: the len is 3"), "index out of bounds");
    }

    /// Ends in a panic when run by the test below, in a process of its own; otherwise there is nothing to do.
    #[test]
    fn panics_with_a_key_when_asked_to() {
        let Some(dir) = std::env::var_os(LOG_DIR).map(PathBuf::from) else { return };
        let _written_at_the_end = start(&dir, false);
        report_panics(dir);
        let key = ApiKey::new(CANARY, Source::Typed).unwrap();
        tracing::error!("an answer that repeats {CANARY}, and {key:?}");
        panic!("the key {CANARY} was not expected");
    }

    #[test]
    fn a_panic_that_quotes_the_key_reports_it_without() {
        let dir = tempfile::tempdir().unwrap();
        let mut again = std::process::Command::new(std::env::current_exe().unwrap());
        again.args(["--exact", "log::tests::panics_with_a_key_when_asked_to", "--nocapture"]).env(LOG_DIR, dir.path());
        let output = again.output().unwrap();
        assert!(!output.status.success(), "it panicked");
        let files = std::fs::read_dir(dir.path()).unwrap();
        let log: String = files.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap()).collect();
        let errors = String::from_utf8_lossy(&output.stderr);
        for text in [log.as_str(), &errors] {
            assert!(!text.contains(CANARY), "{text}");
        }
        assert!(log.contains("the key •••• was not expected at "), "{log}");
        assert!(log.contains("an answer that repeats ••••, and ApiKey(•••• 6789, Typed)"), "{log}");
        assert!(errors.contains("made a mistake"), "{errors}");
    }
}
