//! `mouthpiece clone`, `speak`, `lipsync` and `flow`: the verbs that make something.

use std::io::Read as _;
use std::path::Path;

use serde_json::json;

use super::arguments::{CloneVoice, FlowLine, LipSync, Speak};
use super::cloning::{self, Asked};
use super::desk::Desk;
use super::models::Models;
use super::money::{self, NOTHING, Source, Sum};
use super::voice::Known;
use super::{FAILED, Failure, NOT_ALLOWED, Start, clips, files, untold, work};
use crate::error::Error;
use crate::jobs::{Job, Outcome, State, stamp};
use crate::orders::lip_sync::lengths;
use crate::store::{Role, Store};
use crate::{compose, script};

/// More than any line has: 5,000 characters of at most four bytes each.
const MAX_TEXT: u64 = 64 * 1024;

/// Said when it is not said what is to be heard.
const NO_SOUND: &str = "Give --audio with a sound file, or --voice with --text.";

/// Clones a voice; gives its id.
pub fn clone(asked: &CloneVoice, start: &Start) -> Result<(), Failure> {
    let mut desk = Desk::open(start, asked.common)?;
    let known = Known::ask(&desk)?;
    let store = work::store(&desk, &known)?;
    let file = files::take_in(&mut desk, &asked.sample, Role::Source)?;
    let asked = Asked { file: &file, name: &asked.name, permission: &asked.permission, part: &asked.part };
    let before = cloning::before(&desk, &store, &known, &asked)?;
    money::warn(&desk)?;
    let voice = cloning::clone(&mut desk, &known, &asked, before)?;
    desk.out.note(&format!("{} is ready.", voice.name));
    desk.out.result(&voice.id, &json!({ "event": "done", "voice": voice.id, "name": voice.name }));
    Ok(())
}

/// Speaks a line; gives the file of its take.
pub fn speak(asked: &Speak, start: &Start) -> Result<(), Failure> {
    let to = asked.output.as_deref().map(clips::take_name).transpose()?;
    let text = text(asked)?;
    let mut desk = Desk::open(start, asked.common)?;
    let known = Known::ask(&desk)?;
    let mut store = work::store(&desk, &known)?;
    work::choose_voice(&mut store, &known, &asked.voice)?;
    work::write(&mut store, &text, asked.manner)?;
    money::warn(&desk)?;
    let take = work::speak(&mut desk, &mut store, false)?;
    if let Some(to) = &to {
        // Also after Ctrl+C: the line is paid for.
        clips::copy(&take.file, to).map_err(|error| {
            let kept = take.file.display();
            let why = format!("The line is spoken and kept: {kept}. It could not be copied: {error}");
            Failure::new(FAILED, format!("{why} The same line again copies it, and buys nothing."))
        })?;
    }
    let file = to.as_ref().unwrap_or(&take.file).display().to_string();
    desk.out.result(&file, &json!({ "event": "done", "take": take.id, "file": file, "seconds": take.secs() }));
    untold::told(&desk.library, desk.jobs.all(), &take)
}

/// Puts a voice on a video; gives the file of the result.
pub fn lip_sync(asked: &LipSync, start: &Start) -> Result<(), Failure> {
    if asked.audio.is_none() && asked.voice.is_none() {
        return Err(Failure::usage(NO_SOUND));
    }
    let to = asked.output.as_deref().map(clips::video_name).transpose()?;
    let mut desk = Desk::open(start, asked.common)?;
    desk.knows_all()?;
    let known = Known::ask(&desk)?;
    let mut store = work::store(&desk, &known)?;
    Models::default().has(&desk, &asked.making.model)?;
    store.flow.target = Some(files::take_in(&mut desk, &asked.video, Role::Target)?);
    work::make_with(&mut store, &asked.making);
    let mut what = "Lip sync";
    match (&asked.audio, &asked.voice, &asked.text) {
        (Some(audio), ..) => store.flow.audio = Some(files::take_in(&mut desk, audio, Role::Audio)?),
        (None, Some(voice), Some(text)) => {
            work::choose_voice(&mut store, &known, voice)?;
            work::write(&mut store, text, asked.manner)?;
            if work::use_spoken(&mut store).is_none() {
                what = "Speak and lip sync";
            }
        }
        _ => return Err(Failure::usage(NO_SOUND)),
    }
    let named = to.is_some();
    let before = match &to {
        Some(to) => work::made_before(&desk, &mut store, to)?,
        // Without a name the contents tell: what was made of the same is told, what was left goes on as it is called.
        None => work::like(&desk, &mut store, &desk.settings.output_folder(), None, |_| true)?,
    };
    let to = match before {
        Some(job) if !job.is_under_way() => {
            again(&desk, &job);
            if !named {
                desk.out.note("To make it once more, give it a name with -o.");
            }
            return Ok(());
        }
        Some(job) => work::asked_place(&job),
        None => to,
    };
    warn_of_cut(&desk, &store);
    let usd = money::price(&desk, &store, to.as_deref(), Source::Service)?;
    money::agree_to(&desk, asked.agreed.yes, what, Sum::of([usd]))?;
    finish(&mut desk, &mut store, to.as_deref(), usd)
}

/// The whole way; gives the file of the result.
pub fn flow(asked: &FlowLine, start: &Start) -> Result<(), Failure> {
    let to = clips::video_name(&asked.output)?;
    let mut desk = Desk::open(start, asked.common)?;
    desk.knows_all()?;
    let known = Known::ask(&desk)?;
    let mut store = work::store(&desk, &known)?;
    Models::default().has(&desk, &asked.making.model)?;
    let source = files::take_in(&mut desk, &asked.source, Role::Source)?;
    store.flow.target = Some(files::take_in(&mut desk, &asked.target, Role::Target)?);
    store.flow.source = Some(source.clone());
    work::make_with(&mut store, &asked.making);
    work::write(&mut store, &asked.text, asked.manner)?;
    let sample = Asked { file: &source, name: &asked.name, permission: &asked.permission, part: &asked.part };
    // All that can be refused is refused before anything is bought.
    let before = cloning::before(&desk, &store, &known, &sample)?;
    let mut what = "Clone, speak and lip sync";
    if let cloning::Before::Voice(voice) = &before {
        work::can_speak(&known, voice)?;
        store.flow.voice = Some(voice.clone());
        what = if work::use_spoken(&mut store).is_some() { "Lip sync" } else { "Speak and lip sync" };
    }
    if let Some(job) = work::made_before(&desk, &mut store, &to)? {
        again(&desk, &job);
        return Ok(());
    }
    warn_of_cut(&desk, &store);
    let usd = money::price(&desk, &store, Some(&to), Source::Service)?;
    money::agree_to(&desk, asked.agreed.yes, what, Sum::of([usd]))?;
    store.flow.voice = Some(cloning::clone(&mut desk, &known, &sample, before)?);
    finish(&mut desk, &mut store, Some(&to), usd)
}

/// Says what an earlier line made, which was the same.
fn again(desk: &Desk, job: &Job) {
    desk.out.note("It is made already.");
    work::tell(desk, job);
}

/// Speaks the line, unless there is a sound file, and makes the video. The flow is kept for the window.
fn finish(desk: &mut Desk, store: &mut Store, to: Option<&Path>, agreed: Option<f64>) -> Result<(), Failure> {
    if store.flow.audio.is_none() {
        let was_written = lengths(store).1.is_none();
        work::speak(desk, store, true)?;
        if was_written {
            warn_of_cut(desk, store);
        }
    }
    let usd = money::price(desk, store, to, Source::Service)?;
    if let (Some(now), Some(then)) = (usd, agreed)
        && now > then + NOTHING
    {
        let [now, then] = [now, then].map(crate::format::price);
        return Err(Failure::new(
            NOT_ALLOWED,
            format!(
                "The line came out longer than thought: the lip sync may cost {now} instead of {then}, so it was not \
                 begun. The line is spoken and kept. To agree to {now}, run the same line again."
            ),
        ));
    }
    keep(desk, store)?;
    let job = work::put_on_video(desk, store, to, usd)?;
    store.flow.result = Some(job.id.clone());
    keep(desk, store)?;
    if let State::Done(Outcome::Video { file, .. }) = &job.state
        && let Some(to) = to.filter(|to| to != file)
    {
        let is_kind = file.parent() == to.parent() && file.file_stem() == to.file_stem();
        let why = "The name was taken meanwhile, or its folder can't be written any more; the result lies elsewhere.";
        desk.out.note(if is_kind { "The service sent another kind of file than MP4; its name says so." } else { why });
    }
    work::tell(desk, &job);
    Ok(())
}

/// Says how much speech is lost where the video ends first, as the window does; about how much of a line that is not spoken
/// yet.
fn warn_of_cut(desk: &Desk, store: &Store) {
    let (Some(video), voice, _) = lengths(store) else { return };
    let secs = voice.unwrap_or_else(|| script::spoken_secs(store.flow.text()));
    let lost = compose::outlook(store.flow.lip_sync.mode, video, secs).lost_secs;
    if lost > 0.0 {
        let about = if voice.is_some() { "" } else { "about " };
        desk.out.note(&format!(
            "Cut off: {about}the last {lost:.1} s of speech are lost. Other ways, such as --sync-mode bounce, keep them."
        ));
    }
}

/// Writes the flow down as the window would.
fn keep(desk: &Desk, store: &mut Store) -> Result<(), Failure> {
    let text = store.flow.text().to_owned();
    store.flow.name_by_contents(&text, &desk.library.flows()?);
    let document = serde_json::to_string(&store.flow).map_err(|e| Error::Library(e.to_string()))?;
    // Not in the background: what is finished is told also when Ctrl+C was pressed meanwhile.
    let (flow, now) = (&store.flow, stamp(time::OffsetDateTime::now_utc()));
    desk.library.put_flow_and_lines(&flow.id, &flow.name, &document, &now, flow.lines.all())?;
    // It was spoken before the line was in the library, which it belongs to in the window.
    let line = &flow.lines.active().id;
    match store.chosen_take().filter(|take| take.care.line_id.as_ref().is_none_or(|own| own == line)) {
        Some(take) => Ok(desk.library.put_take_on_line(&take.id, Some(line))?),
        None => Ok(()),
    }
}

/// The text that is to be said.
fn text(asked: &Speak) -> Result<String, Failure> {
    let read = |source: &mut dyn std::io::Read| {
        let mut bytes = Vec::new();
        source.take(MAX_TEXT).read_to_end(&mut bytes).map(|_| bytes)
    };
    let (bytes, what) = match (&asked.text, &asked.file) {
        (Some(text), _) => return Ok(text.clone()),
        (None, Some(path)) => {
            let file = std::fs::File::open(path).map_err(|e| Error::file("read", path, e));
            let bytes = file.and_then(|mut file| read(&mut file).map_err(|e| Error::file("read", path, e)))?;
            (bytes, path.display().to_string())
        }
        (None, None) => {
            let bytes = read(&mut std::io::stdin().lock());
            (bytes.map_err(|_| Failure::usage("Standard input can't be read."))?, "Standard input".to_owned())
        }
    };
    let is_long = bytes.len() as u64 == MAX_TEXT;
    match String::from_utf8(bytes) {
        // What is cut off in the middle of a letter is not wrong for that.
        Err(error) if !is_long || error.utf8_error().error_len().is_some() => {
            Err(Failure::usage(format!("{what} is no text in UTF-8. Save it as plain text in UTF-8.")))
        }
        Ok(text) if !is_long => Ok(text.strip_prefix('\u{FEFF}').unwrap_or(&text).to_owned()),
        _ => Err(Failure::usage(format!("{what} has far more than the 5,000 characters that the service takes."))),
    }
}
