//! The first page: what it takes, what it refuses in which words, and that it is shown once.

use egui::{Key, Modifiers};
use mouthpiece::panels::Page;
use mouthpiece::secrets::{Memory, Trouble};

use crate::echo::{Answer, Echo};
use crate::focus::{focused, tab_to};
use crate::service::{KEY, Service, again, connected, first_start, settings};

#[test]
fn the_first_start_asks_and_the_sandbox_is_remembered() {
    let keychain = Memory::default();
    let mut bench = first_start("https://api.sync.so", &keychain);
    assert!(bench.has("Use your sync.so account") && bench.has("Explore in the sandbox"), "{}", bench.screen());
    assert!(bench.harness.state().session().is_none() && !bench.has("Settings"), "nothing else is there yet");
    bench.click("Open the sandbox");
    bench.until("the sandbox is open", |bench| bench.harness.state().sandbox().is_some());
    bench.until("the choice is saved", |bench| settings(bench).contains("workspace = \"sandbox\""));

    let mut bench = again("https://api.sync.so", &keychain, bench.close());
    bench.until("the sandbox is open without asking", |bench| bench.harness.state().sandbox().is_some());
    assert!(keychain.names().is_empty());
}

#[test]
fn the_first_page_can_be_used_by_keyboard_and_says_what_waits_for_an_answer() {
    let mut bench = first_start("https://api.sync.so", &Memory::default());
    bench.until("the key can be pasted at once", |bench| focused(bench).as_deref() == Some("Paste your sync.so key"));
    assert!(bench.has_part("Clone a voice from a video, write a new line, and put it on another video."));
    for picture in ["1. Drop a talking head", "2. Clone the voice", "3. Write the line", "4. Lip sync it", "English"] {
        assert!(bench.has(picture), "{}", bench.screen());
    }
    let (now, other) = if bench.has("Dark") { ("Dark", "theme = \"light\"") } else { ("Light", "theme = \"dark\"") };
    bench.click(now);
    bench.until("the look is kept", |bench| settings(bench).contains(other));

    let made = tempfile::tempdir().unwrap();
    let video = crate::common::media::talking_head(made.path(), "talk.mp4", 6.0);
    bench.drop_file(&video);
    bench.wait_part("talk.mp4 waits. Continue with a key or open the sandbox");
    tab_to(&mut bench, "Open the sandbox");
    bench.key(Modifiers::NONE, Key::Enter);
    bench.wait_part("Video with sound, 0:06");
    bench.key(Modifiers::NONE, Key::Num1);
    bench.until("it is the source", |bench| {
        bench.harness.state().session().is_some_and(|session| session.store.flow.source.is_some())
    });
}

#[test]
fn a_key_that_works_is_stored_and_opens_its_account_now_and_at_the_next_start() {
    let service = Service::start(KEY);
    let keychain = Memory::default();
    let bench = connected(&service.base(), &keychain);
    assert_eq!(keychain.names().len(), 1);
    let fingerprint = keychain.names().remove(0);
    assert!(bench.harness.state().sandbox().is_none());
    let mut bench = bench;
    bench.until("the account is remembered", |bench| {
        settings(bench).contains(&format!("workspace = \"{fingerprint}\""))
    });
    assert!(!settings(&bench).contains(KEY), "{}", settings(&bench));
    assert!(bench.dir.path().join("workspaces").join(format!("account {fingerprint}")).is_dir());
    bench.key(Modifiers::COMMAND, Key::Comma);
    bench.wait_part("Works. Found ");
    bench.wait_part("Kept in the system keychain");

    let mut bench = again(&service.base(), &keychain, bench.close());
    bench.until("the account is open without asking", |bench| {
        bench.harness.state().session().is_some_and(|session| session.store.account.masked.is_some())
    });
    bench.key(Modifiers::COMMAND, Key::Comma);
    bench.click("Test");
    bench.wait_part("Works. Found ");
    assert_eq!(bench.harness.state().page(), Page::Settings);
}

#[test]
fn enter_checks_the_key_and_a_refused_one_stays_to_be_mended() {
    let service = Service::start(KEY);
    let keychain = Memory::default();
    let mut bench = first_start(&service.base(), &keychain);
    bench.click("Continue");
    bench.wait_part("Paste a key first.");
    bench.fill("Paste your sync.so key", "sk-wrong-0123456789");
    bench.key(Modifiers::NONE, Key::Enter);
    bench.wait_part("refused this key. Check that all of it was pasted, or make a new one.");
    assert!(bench.harness.state().session().is_none() && keychain.names().is_empty());
    bench.frames(3);
    bench.harness.event(egui::Event::Text("sk-wrong-9876543210".to_owned()));
    bench.frames(3);

    bench.click("Show the key");
    assert!(bench.has_part("sk-wrong-9876543210"), "it is there to be mended, and was written over as a whole");
    assert!(!bench.has_part("sk-wrong-0123456789"), "{}", bench.screen());
    bench.click("Hide the key");
    assert!(!bench.has_part("sk-wrong-9876543210"));

    bench.fill("Paste your sync.so key", "two words");
    bench.click("Continue");
    bench.wait_part("This can't be an API key: it has blanks");
    assert!(!bench.has_part("two words"));
}

#[test]
fn offline_and_odd_answers_are_told_apart() {
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let nowhere = format!("http://{}", closed.local_addr().unwrap());
    drop(closed);
    let mut bench = first_start(&nowhere, &Memory::default());
    bench.fill("Paste your sync.so key", KEY);
    bench.click("Continue");
    bench.wait_part("Check the connection, or explore the sandbox for now.");

    // Something that is no API repeats the key in what it says.
    let odd = Echo::start(KEY);
    let mut bench = first_start(&odd.base, &Memory::default());
    for (answer, words) in [
        (Answer::Unauthorized, "refused this key"),
        (Answer::Malformed, "answered with something Mouthpiece can't read"),
        (Answer::Broken, "had a problem of its own: •••• ••••"),
    ] {
        odd.answer(answer);
        bench.fill("Paste your sync.so key", KEY);
        bench.click("Continue");
        bench.wait_part(words);
        assert!(!bench.has_part(KEY), "{}", bench.screen());
    }
}

#[test]
fn without_a_keychain_the_key_holds_for_this_session_and_that_is_said() {
    let service = Service::start(KEY);
    for (trouble, words) in [
        (Trouble::Absent, "No system keychain was found. The key is kept for this session only."),
        (Trouble::Locked, "The system keychain is locked. The key is kept for this session only."),
        (Trouble::Refused, "The system keychain refused. The key is kept for this session only."),
    ] {
        let keychain = Memory::default();
        keychain.fail_with(Some(trouble));
        let mut bench = connected(&service.base(), &keychain);
        bench.wait_part(words);
        bench.key(Modifiers::COMMAND, Key::Comma);
        bench.wait_part(trouble.advice());
        assert!(!settings(&bench).contains("workspace"), "{}", settings(&bench));

        keychain.fail_with(None);
        bench.click("Store in the keychain");
        bench.wait_part("Kept in the system keychain");
        assert_eq!(keychain.names().len(), 1);
        bench.until("it is remembered", |bench| settings(bench).contains("workspace = "));
    }
}

#[test]
fn a_key_the_keychain_does_not_give_is_a_question_and_not_a_crash() {
    let service = Service::start(KEY);
    let keychain = Memory::default();
    let mut bench = connected(&service.base(), &keychain);
    bench.until("the account is remembered", |bench| settings(bench).contains("workspace = "));
    let dir = bench.close();

    keychain.fail_with(Some(Trouble::Locked));
    let mut bench = again(&service.base(), &keychain, dir);
    bench.wait_part("The system keychain is locked. The key •••• 7F3A is needed to open its workspace.");
    keychain.fail_with(None);
    bench.click("Try again");
    bench.until("the account is open", |bench| bench.harness.state().session().is_some());
    let dir = bench.close();

    keychain.fail_with(Some(Trouble::Absent));
    let mut bench = again(&service.base(), &keychain, dir);
    bench.wait_part("No system keychain was found. The key •••• 7F3A is needed");
    bench.click("Paste the key");
    bench.fill("Paste your sync.so key", KEY);
    bench.click("Continue");
    bench.until("the account is open", |bench| bench.harness.state().session().is_some());
    bench.wait_part("The key is kept for this session only.");
}

#[test]
fn a_settings_file_can_not_send_a_key_elsewhere() {
    let service = Service::start(KEY);
    let keychain = Memory::default();
    let mut bench = connected(&service.base(), &keychain);
    bench.until("the account is remembered", |bench| settings(bench).contains("workspace = "));
    let dir = bench.close();
    let file = dir.path().join("settings.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    let thief = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let elsewhere = format!("http://{}/", thief.local_addr().unwrap());
    let base = url::Url::parse(&service.base()).unwrap();
    assert!(text.contains(base.as_str()), "{text}");
    std::fs::write(&file, text.replace(base.as_str(), &elsewhere)).unwrap();
    let mut bench = again(&service.base(), &keychain, dir);
    bench.wait_part("was remembered for another service. Paste the key again.");
    thief.set_nonblocking(true).unwrap();
    assert!(thief.accept().is_err(), "nobody called there");
}

#[test]
fn a_key_leaves_no_trace_in_the_data_directory() {
    let service = Service::start(KEY);
    let keychain = Memory::default();
    let mut bench = connected(&service.base(), &keychain);
    bench.until("the account is remembered", |bench| settings(bench).contains("workspace = "));
    let state = format!("{:?}", bench.session().store.account);
    assert!(!state.contains(KEY), "{state}");
    let dir = bench.close();
    let (mut open, mut looked) = (vec![dir.path().to_owned()], 0);
    while let Some(next) = open.pop() {
        if next.is_dir() {
            open.extend(std::fs::read_dir(&next).unwrap().map(|entry| entry.unwrap().path()));
            continue;
        }
        // The door of the window has no content.
        if !next.is_file() {
            continue;
        }
        looked += 1;
        let bytes = std::fs::read(&next).unwrap();
        assert!(!bytes.windows(KEY.len()).any(|part| part == KEY.as_bytes()), "{}", next.display());
    }
    assert!(looked >= 3, "settings and a library are there");
}

#[test]
fn every_heading_alert_and_status_has_a_name() {
    use egui::accesskit::Role;
    use egui_kittest::kittest::NodeT as _;
    let named = |bench: &crate::common::Bench| {
        let (mut open, mut found) = (vec![bench.harness.root()], 0);
        while let Some(node) = open.pop() {
            let access = node.accesskit_node();
            if matches!(access.role(), Role::Heading | Role::Alert | Role::Status) {
                found += 1;
                let name = access.label().unwrap_or_default();
                assert!(!name.is_empty(), "a {:?} without a name on: {}", access.role(), bench.screen());
            }
            open.extend(node.children());
        }
        found
    };
    let service = Service::start(KEY);
    let mut bench = first_start(&service.base(), &Memory::default());
    bench.fill("Paste your sync.so key", "two words");
    bench.click("Continue");
    bench.wait_part("This can't be an API key: it has blanks");
    assert!(named(&bench) >= 2, "the title and the alert: {}", bench.screen());
}

#[test]
fn a_file_to_begin_with_waits_until_a_workspace_is_open() {
    use crate::common::{Setup, media};
    let service = Service::start(KEY);
    let keychain = Memory::default();
    let mut bench = connected(&service.base(), &keychain);
    bench.until("the account is remembered", |bench| settings(bench).contains("workspace = "));
    let dir = bench.close();
    let clip = media::small_video(dir.path(), "clip.mp4");
    keychain.fail_with(Some(Trouble::Locked));
    let mut bench =
        Setup { unnamed: true, base: service.base(), keychain, dir: Some(dir), open: vec![clip], ..Setup::default() }
            .app();
    bench.wait("Open the sandbox");
    bench.key(Modifiers::NONE, Key::Num2);
    bench.key(Modifiers::NONE, Key::Escape);
    assert!(bench.has("Try again") && bench.has_part("Not open") && !bench.has_part("Lip-sync target"));
    bench.click("Open the sandbox");
    bench.wait_part("Lip-sync target");
    bench.key(Modifiers::NONE, Key::Num2);
    bench.until("the video is taken", |bench| bench.session().store.flow.target.is_some());
}
