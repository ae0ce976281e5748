//! The workspace menu: other accounts, the sandbox, signing out; each workspace keeps its own, and loses nothing.

use std::time::Duration;

use egui::{Key, Modifiers};
use mouthpiece::sandbox::Fault;
use mouthpiece::secrets::Memory;
use mouthpiece::store::{Check, Kept};

use crate::common::Bench;
use crate::echo::Echo;
use crate::service::{KEY, Service, connected, first_start, settings};

const OTHER: &str = "sk-account-two-0123456789-90AB";

fn menu(bench: &mut Bench, row: &str) {
    let name = bench.texts().into_iter().find(|text| text.starts_with("Workspace: ")).unwrap();
    bench.click(&name);
    bench.click(row);
}

fn line(bench: &Bench) -> &str {
    bench.session().store.flow.text()
}

fn until_masked(bench: &mut Bench, masked: Option<&str>) {
    bench.until("the workspace is open", |bench| {
        bench.harness.state().session().is_some_and(|session| session.store.account.masked.as_deref() == masked)
    });
}

#[test]
fn the_flow_belongs_to_its_workspace_and_waits_there() {
    let service = Service::start(KEY);
    let mut bench = connected(&service.base(), &Memory::default());
    let own = bench.session().store.flow.id.clone();
    bench.key(Modifiers::COMMAND, Key::Num4);
    bench.fill("Line 1", "Hello from the account");
    bench.until("the line is taken", |bench| line(bench) == "Hello from the account");
    menu(&mut bench, "Sandbox");
    until_masked(&mut bench, None);
    assert!(bench.harness.state().sandbox().is_some());
    assert_eq!(line(&bench), "");
    assert_ne!(bench.session().store.flow.id, own);

    let row = account_row(&mut bench);
    menu(&mut bench, &row);
    until_masked(&mut bench, Some("•••• 7F3A"));
    assert_eq!((line(&bench), &bench.session().store.flow.id), ("Hello from the account", &own));
    bench.until("the account is remembered", |bench| settings(bench).contains("[[accounts]]"));
}

/// The row of the one account in the menu.
fn account_row(bench: &mut Bench) -> String {
    let name = bench.texts().into_iter().find(|text| text.starts_with("Workspace: ")).unwrap();
    bench.click(&name);
    bench.wait_part("•••• 7F3A");
    let row = bench.texts().into_iter().find(|text| text.ends_with("•••• 7F3A")).unwrap();
    bench.key(Modifiers::NONE, Key::Escape);
    row
}

#[test]
fn a_second_account_is_connected_beside_the_first() {
    let (first, keychain) = (Service::start(KEY), Memory::default());
    let mut bench = connected(&first.base(), &keychain);
    // The service of this test takes one key only, so the second is refused and the first stays in use.
    menu(&mut bench, "Connect an account");
    bench.fill("Paste your sync.so key", OTHER);
    bench.click("Check and use");
    bench.wait_part("refused this key");
    assert_eq!(bench.session().store.account.masked.as_deref(), Some("•••• 7F3A"));
    bench.click("Cancel");
    bench.wait("Replace");
    assert_eq!(keychain.names().len(), 1);
}

#[test]
fn signing_out_asks_removes_the_key_and_keeps_the_work() {
    let (service, keychain) = (Service::start(KEY), Memory::default());
    let mut bench = connected(&service.base(), &keychain);
    bench.until("the account is remembered", |bench| settings(bench).contains("[[accounts]]"));
    bench.key(Modifiers::COMMAND, Key::Comma);
    bench.click("Remove key");
    bench.wait("Remove the key •••• 7F3A?");
    bench.click("Keep it");
    assert_eq!(keychain.names().len(), 1);
    menu(&mut bench, "Sign out");
    bench.wait("Remove the key •••• 7F3A?");
    let acts = "Remove key";
    bench.until("the answer is there", |bench| bench.texts().iter().filter(|text| *text == acts).count() > 1);
    bench.key(Modifiers::NONE, Key::Tab);
    bench.key(Modifiers::NONE, Key::Enter);
    until_masked(&mut bench, None);
    assert!(keychain.names().is_empty());
    bench.until("the account is forgotten", |bench| !settings(bench).contains("accounts"));
    let folders = std::fs::read_dir(bench.dir.path().join("workspaces")).unwrap();
    assert!(folders.flatten().any(|folder| folder.file_name().to_string_lossy().starts_with("account ")));
}

#[test]
fn leaving_while_a_job_runs_asks_and_the_job_is_there_again() {
    let (service, keychain) = (Service::start(KEY), Memory::default());
    let mut bench = connected(&service.base(), &keychain);
    bench.key(Modifiers::COMMAND, Key::Num4);
    bench.until("the voices are known", |bench| bench.session().store.voices.value().is_some());
    let voice = bench.session().store.voices.value().unwrap()[0].label().to_owned();
    bench.click("Choose a voice");
    bench.fill("Search voices", &voice);
    bench.click(&format!("{voice}. Built-in voice"));
    bench.fill("Line 1", "Good evening.");
    service.sandbox.faults().next("POST", "/v2/tts", Fault::Slow(Duration::from_mins(10)));
    bench.click("Speak");
    bench.wait("Speaking a take");
    let job = bench.session().jobs.all()[0].id.clone();

    menu(&mut bench, "Sandbox");
    bench.wait("Switch to the sandbox?");
    bench.wait_part("1 job is under way here. What the service works on goes on there");
    bench.click("Stay here");
    assert!(bench.session().store.account.masked.is_some() && bench.has("Speaking a take"));
    menu(&mut bench, "Sandbox");
    bench.click("Switch");
    until_masked(&mut bench, None);
    assert!(bench.session().jobs.all().is_empty(), "the other workspace has no jobs");

    let row = account_row(&mut bench);
    menu(&mut bench, &row);
    until_masked(&mut bench, Some("•••• 7F3A"));
    bench.until("the job is there again", |bench| bench.session().jobs.get(&job).is_some());
    assert_eq!(line(&bench), "Good evening.");
}

/// Types another key on the settings page of the open account.
fn paste(bench: &mut Bench, key: &str) {
    bench.key(Modifiers::COMMAND, Key::Comma);
    bench.click("Replace");
    bench.fill("Paste your sync.so key", key);
    bench.click("Check and use");
}

fn fingerprint(base: &str, key: &str) -> String {
    let key = mouthpiece::secrets::ApiKey::new(key, mouthpiece::secrets::Source::Typed).unwrap();
    key.fingerprint(&base.parse().unwrap())
}

#[test]
fn what_a_toast_offers_ends_with_its_workspace() {
    let service = Service::start(KEY);
    let mut bench = connected(&service.base(), &Memory::default());
    bench.key(Modifiers::COMMAND, Key::Num4);
    bench.fill("Line 1", "For this client only");
    bench.until("the line is taken", |bench| line(bench) == "For this client only");
    let left = bench.session().store.flow.id.clone();
    bench.key(Modifiers::COMMAND, Key::N);
    bench.wait("Undo");
    bench.until("the flow that was left is saved", |bench| {
        let saved = bench.session().library.flow(&left).unwrap();
        saved.is_some_and(|document| document.contains("For this client only"))
    });
    menu(&mut bench, "Sandbox");
    until_masked(&mut bench, None);
    assert!(!bench.has("Undo") && !bench.has_part("Began a new flow"), "{}", bench.screen());
}

#[test]
fn the_check_of_a_pasted_key_ends_with_its_workspace() {
    let service = Service::start(KEY);
    let mut bench = connected(&service.base(), &Memory::default());
    bench.until("the account is remembered", |bench| settings(bench).contains("[[accounts]]"));
    menu(&mut bench, "Sandbox");
    until_masked(&mut bench, None);
    // The button of the sandbox's banner; the menu that has one, too, is closed.
    bench.click("Connect an account");
    bench.fill("Paste your sync.so key", OTHER);
    service.sandbox.faults().next("GET", "/v2/voices", Fault::Slow(Duration::from_mins(10)));
    bench.click("Check and use");
    bench.until("the key is being checked", |bench| bench.session().store.account.entry.is_checking());
    let row = account_row(&mut bench);
    menu(&mut bench, &row);
    until_masked(&mut bench, Some("•••• 7F3A"));
    bench.frames(2);
    let account = &bench.session().store.account;
    assert!(matches!((&account.entry, &account.test), (Check::None, Check::None)), "{account:?}");
    bench.key(Modifiers::COMMAND, Key::Comma);
    bench.click("Test");
    bench.wait_part("Works. Found ");

    service.sandbox.faults().next("GET", "/v2/voices", Fault::Slow(Duration::from_mins(10)));
    bench.click("Test");
    bench.until("the key is being tested", |bench| bench.session().store.account.test.is_checking());
    menu(&mut bench, "Sandbox");
    until_masked(&mut bench, None);
    menu(&mut bench, &row);
    until_masked(&mut bench, Some("•••• 7F3A"));
    bench.frames(2);
    assert!(matches!(bench.session().store.account.test, Check::None) && !bench.is_off("Test"), "{}", bench.screen());
}

#[test]
fn a_key_on_its_way_into_the_keychain_can_not_be_removed_yet() {
    let (service, keychain) = (Service::start(KEY), Memory::default());
    let mut bench = first_start(&service.base(), &keychain);
    let asking = keychain.hold();
    bench.fill("Paste your sync.so key", KEY);
    bench.click("Continue");
    until_masked(&mut bench, Some("•••• 7F3A"));
    bench.key(Modifiers::COMMAND, Key::Comma);
    bench.wait_part("Storing the key.");
    assert!(bench.is_off("Remove key"), "{}", bench.screen());
    drop(asking);
    bench.wait_part("Kept in the system keychain");
    assert!(!bench.is_off("Remove key") && keychain.names().len() == 1);
}

#[test]
fn a_key_that_was_being_removed_is_forgotten_and_not_the_one_in_use_by_then() {
    let (echo, keychain) = (Echo::start(KEY), Memory::default());
    let mut bench = connected(&echo.base, &keychain);
    paste(&mut bench, OTHER);
    bench.wait("Is •••• 90AB a new key of the same account?");
    bench.click("Another account");
    until_masked(&mut bench, Some("•••• 90AB"));
    bench.until("both are remembered", |bench| settings(bench).matches("[[accounts]]").count() == 2);
    let row = account_row(&mut bench);
    menu(&mut bench, &row);
    until_masked(&mut bench, Some("•••• 7F3A"));
    bench.key(Modifiers::COMMAND, Key::Comma);

    let asking = keychain.hold();
    bench.click("Remove key");
    bench.wait("Remove the key •••• 7F3A?");
    bench.key(Modifiers::NONE, Key::Tab);
    bench.key(Modifiers::NONE, Key::Enter);
    let name = bench.texts().into_iter().find(|text| text.starts_with("Workspace: ")).unwrap();
    bench.click(&name);
    let other = bench.texts().into_iter().find(|text| text.ends_with("•••• 90AB")).unwrap();
    bench.click(&other);
    until_masked(&mut bench, Some("•••• 90AB"));
    assert_eq!(bench.session().store.account.kept, Kept::Keychain);
    drop(asking);
    bench.until("the first is forgotten", |bench| settings(bench).matches("[[accounts]]").count() == 1);
    let second = fingerprint(&echo.base, OTHER);
    assert!(settings(&bench).contains(&second) && keychain.names() == [second], "{}", settings(&bench));
    assert_eq!(bench.session().store.account.masked.as_deref(), Some("•••• 90AB"));
}

#[test]
fn a_new_key_of_the_same_account_goes_on_with_its_work() {
    let (echo, keychain) = (Echo::start(KEY), Memory::default());
    let mut bench = connected(&echo.base, &keychain);
    bench.until("the account is remembered", |bench| settings(bench).contains("[[accounts]]"));
    bench.key(Modifiers::COMMAND, Key::Num4);
    bench.fill("Line 1", "Said before");
    bench.until("the line is taken", |bench| line(bench) == "Said before");
    let (flow, folder) = (bench.session().store.flow.id.clone(), bench.session().library.folder().to_owned());

    paste(&mut bench, OTHER);
    bench.wait_part("voices, takes, jobs and results go on with •••• 90AB, and •••• 7F3A is forgotten");
    bench.click("Same account");
    until_masked(&mut bench, Some("•••• 90AB"));
    let same = |bench: &Bench| {
        let session = bench.session();
        assert_eq!((&session.store.flow.id, session.store.flow.text()), (&flow, "Said before"));
        assert_eq!(session.library.folder(), folder);
    };
    same(&bench);
    let (before, now) = (fingerprint(&echo.base, KEY), fingerprint(&echo.base, OTHER));
    bench.until("only the new key is remembered", |bench| {
        let text = settings(bench);
        text.contains(&format!("workspace = \"{now}\"")) && !text.contains(&before)
    });
    assert_eq!(keychain.names(), [now]);

    let mut bench = crate::service::again(&echo.base, &keychain, bench.close());
    until_masked(&mut bench, Some("•••• 90AB"));
    same(&bench);
}

const NO_ROOM: &str = "CREATE TRIGGER no_room BEFORE UPDATE ON flows BEGIN SELECT RAISE(FAIL, 'no room'); END;";

#[test]
fn a_workspace_whose_last_changes_can_not_be_written_stays_open_and_it_is_asked() {
    let service = Service::start(KEY);
    let mut bench = connected(&service.base(), &Memory::default());
    bench.key(Modifiers::COMMAND, Key::Num4);
    bench.fill("Line 1", "Hello");
    bench.until("the line is saved", |bench| bench.session().store.flows.saved_at.is_some());
    // What was typed last is still being written when the workspace is left, and then can't be.
    let disk = rusqlite::Connection::open(bench.session().library.folder().join("library.sqlite")).unwrap();
    disk.execute_batch("BEGIN IMMEDIATE").unwrap();
    bench.fill("Line 1", "Goodbye");
    menu(&mut bench, "Sandbox");
    disk.execute_batch(&format!("{NO_ROOM} COMMIT")).unwrap();
    bench.wait("Switch to the sandbox without saving?");
    assert_eq!((line(&bench), bench.session().store.account.masked.is_some()), ("Goodbye", true));
    bench.click("Stay here");
    assert_eq!(line(&bench), "Goodbye");
    // It is known by now, so that it is asked at once; who was told is not held.
    menu(&mut bench, "Sandbox");
    bench.wait("Switch to the sandbox without saving?");
    bench.click("Stay here");

    disk.execute_batch("DROP TRIGGER no_room").unwrap();
    bench.until("it is written after all", |bench| !bench.session().store.flows.is_unsaved);
    menu(&mut bench, "Sandbox");
    until_masked(&mut bench, None);
    let row = account_row(&mut bench);
    menu(&mut bench, &row);
    until_masked(&mut bench, Some("•••• 7F3A"));
    assert_eq!(line(&bench), "Goodbye");
}
