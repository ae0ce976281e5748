//! Sentences that are written for the window, in the words of the command line: nothing is dropped or chosen here.

use std::sync::OnceLock;

use crate::error::Error;

/// What lines need that are proposed, so that they are about the same account. It is the program's: it carries out one
/// line.
static AGAIN: OnceLock<&'static str> = OnceLock::new();

/// Notes whether the line asked for the sandbox.
pub fn about(sandbox: bool) {
    AGAIN.get_or_init(|| if sandbox { " --sandbox" } else { "" });
}

/// What a line needs to be about the same account again.
pub fn again() -> &'static str {
    AGAIN.get().copied().unwrap_or_default()
}

/// What the window says, and what is said here; `{again}` stands for [`again`].
const OURS: [(&str, &str); 6] = [
    ("Drop a video or audio file.", "Give a video or audio file."),
    ("Drop the video or audio file itself.", "Give the video or audio file itself."),
    (
        "It may have been moved or renamed; choose it again.",
        "It may have been moved or renamed; give its name as it is now.",
    ),
    ("Choose it again to use it as it is now.", "Run the line that began it again to use it as it is now."),
    ("Park or delete a voice to free one;", "Delete a voice to free one (mouthpiece delete VOICE{again});"),
    ("Raise it with “Change limit” in Activity,", "Raise it with mouthpiece spend --stop-at USD{again},"),
];

/// The sentence of an error as it is said here.
pub fn of(error: &Error) -> String {
    said_about(again(), error)
}

fn said_about(again: &str, error: &Error) -> String {
    let ours = OURS.iter().map(|(window, here)| (window, here.replace("{again}", again)));
    ours.fold(error.to_string(), |sentence, (window, here)| sentence.replace(window, &here))
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use super::*;
    use crate::media::probe;

    #[test]
    fn nothing_is_dropped_or_chosen_on_the_command_line() {
        let said = |path: &Path| of(&probe::probe(path).unwrap_err());
        let folder = tempfile::tempdir().unwrap();
        assert!(said(folder.path()).ends_with("is a folder. Give a video or audio file."));
        let gone = said(Path::new("none.mp4"));
        assert!(gone.ends_with("It may have been moved or renamed; give its name as it is now."), "{gone}");
        let full = said_about("", &Error::SlotsFull(Arc::default()));
        assert_eq!(
            full,
            "All clone slots are in use. Delete a voice to free one (mouthpiece delete VOICE); your sample is already \
             uploaded."
        );
        let there = said_about(" --sandbox", &Error::SlotsFull(Arc::default()));
        assert!(there.contains("(mouthpiece delete VOICE --sandbox);"), "{there}");
    }

    #[test]
    fn the_sentences_are_those_of_the_window() {
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        let files = ["error.rs", "media/sniff.rs", "jobs/cuts.rs", "library/spend.rs"];
        let all: String = files.map(|file| std::fs::read_to_string(source.join(file)).unwrap()).concat();
        for (window, _) in OURS {
            assert!(all.contains(window), "{window} is not said any more");
        }
    }
}
