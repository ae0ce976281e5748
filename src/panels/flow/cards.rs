//! What the five cards show, gathered before they are drawn.

mod line;
mod source;

pub(super) use line::{several, writes_in_card};

use std::ops::Range;
use std::path::PathBuf;

use egui::{Context, TextureHandle};

use super::consent;
use super::facts::{self, Runs};
use super::price::{Price, price, result_secs};
use super::run;
use super::stages::{self, Facts, FileFact, Goal, Stage, State, VoiceFact};
use crate::compose;
use crate::error::Error;
use crate::jobs::Job;
use crate::library::{Consent, Relation};
use crate::media::probe::Probe;
use crate::panels::{Cx, Pictures, Sound as Wave, pace, preview_key, wait, when};
use crate::script;
use crate::store::{MediaFile, Store, file_name};
use crate::ui::{Bar, Icon, format, icons};

/// Width of the frames that are asked for.
const FRAME: u32 = 480;

/// Everything the page shows.
pub(super) struct Shown {
    pub facts: Facts,
    pub stages: [Stage; 5],
    /// Why the first stage that failed did, in a sentence.
    pub failure: Option<String>,
    /// Of the work under way, when there is any.
    pub bar: Option<Bar>,
    /// Where results go, in words.
    pub folder: String,
    pub cards: [Card; 5],
    /// The finished video.
    pub result: Option<PathBuf>,
    /// The work that waits, when there is any.
    pub waits: Option<Waits>,
    /// Run all can't begin.
    is_off: bool,
}

/// A job of the flow that waits.
pub(super) struct Waits {
    pub job: String,
    /// What it does, and when it goes on.
    pub title: String,
    pub why: String,
}

/// What one card shows.
#[derive(Default)]
pub(super) struct Card {
    pub name: String,
    pub meta: String,
    /// The second line of a row, when it is another than that of a card.
    pub row: String,
    pub note: String,
    pub note_icon: Option<Icon>,
    pub picture: Option<TextureHandle>,
    /// In the corner of the picture.
    pub badge: String,
    /// The waveform of what the card is about, when that sounds.
    pub wave: Option<Wave>,
    /// The part of it that is used.
    pub part: Option<Range<f32>>,
    /// What plays is another sound than the waveform's.
    pub plays_other: bool,
    /// A sound without a picture.
    pub is_sound: bool,
    pub error: Option<String>,
    /// Of the work under way, when there is any.
    pub bar: Option<Bar>,
    /// Of the sound that belongs to the card.
    pub sound: Sound,
}

/// How the sound of a card stands in the player.
#[derive(Default, Clone, Copy)]
pub(super) struct Sound {
    /// There is one to hear.
    pub exists: bool,
    pub is_playing: bool,
    pub is_loading: bool,
    /// 0 to 1.
    pub heard: f32,
}

/// Where pictures and waveforms come from.
struct Source<'a> {
    ctx: &'a Context,
    pictures: &'a mut Pictures,
}

impl Shown {
    pub(super) fn gather(ctx: &Context, cx: &Cx<'_>, pictures: &mut Pictures) -> Self {
        let store = &*cx.store;
        let runs = facts::work(store, cx.jobs);
        let facts = facts::gather(store, &runs);
        let mut stages = stages::stages(&facts);
        say_stop(&mut stages, &runs, &store.service);
        let result = facts::made(&runs).map(std::path::Path::to_owned);
        // A result stays where it was asked for, whatever folder is set now.
        let saved_in = result.as_deref().and_then(std::path::Path::parent);
        let folder = saved_in.map_or_else(|| folder_words(&cx.settings.output_folder()), folder_words);
        let from = &mut Source { ctx, pictures };
        let mut cards = [
            source::source(cx, from),
            voice(cx, from, &facts, &runs),
            line::line(cx, from, &facts, &runs),
            lip_sync(cx, from, &runs),
            outcome(cx, from, result.as_deref(), &folder),
        ];
        for (index, (card, stage)) in cards.iter_mut().zip(&stages).enumerate() {
            if stage.state == State::Failed {
                card.error = facts::failure(store, &runs, index);
                (card.note, card.note_icon) = (facts::request_of(&runs, index).unwrap_or_default(), None);
            }
        }
        let failed = stages.iter().position(|stage| stage.state == State::Failed);
        let failure = failed.and_then(|index| facts::failure(store, &runs, index));
        let bar = cards.iter().find_map(|card| card.bar);
        let waits = runs.all().find_map(|job| {
            let (why, _) = wait::why(job, store)?;
            let title = format!("{}: {}", job.request.title(), wait::when(job)?.to_lowercase());
            Some(Waits { job: job.id.clone(), title, why })
        });
        let is_off = run::plan_of(store, cx.jobs).off.is_some();
        Self { facts, stages, failure, bar, folder, cards, result, waits, is_off }
    }

    /// Whether the button of this stage is the main one of the page: where Run all is off, that is the first one that
    /// can be pressed, and the finished video once nothing is left.
    pub fn is_main(&self, index: usize) -> bool {
        let first = |state| self.stages.iter().position(|stage| stage.state == state && stage.why_off.is_none());
        let asks_nothing = |stage: &Stage| stage.state == State::Done || stage.is_unneeded() || stage.is_advice();
        let is_done = index == 4 && self.stages.iter().all(asks_nothing);
        self.is_off && (first(State::Ready) == Some(index) || is_done)
    }
}

/// Ending the wait for a line says here what it says everywhere: what was sent may be charged all the same.
fn say_stop(stages: &mut [Stage; 5], runs: &Runs<'_>, service: &str) {
    let stage = stages.iter_mut().find(|stage| stage.goal == Goal::StopSpeaking);
    if let (Some(stage), Some(job)) = (stage, runs.speaking) {
        (stage.label, stage.tip) = wait::stop_words(job, service);
    }
}

/// A file: its frame or its waveform, its name and facts.
fn of_file(cx: &Cx<'_>, from: &mut Source<'_>, file: &MediaFile) -> Card {
    let is_video = file.probe.video.is_some();
    let picture = if is_video { from.pictures.frame(from.ctx, cx.runtime, file, FRAME).cloned() } else { None };
    let has_sound = file.probe.audio.is_some();
    let wave = has_sound.then(|| from.pictures.sound(from.ctx, cx.runtime, file));
    Card {
        name: file.name(),
        meta: short_facts(&file.probe),
        picture,
        is_sound: !is_video,
        badge: file.secs().map(format::time_code).unwrap_or_default(),
        wave,
        ..Card::default()
    }
}

/// A file that was turned down while another one stays.
fn refused(card: &mut Card, error: Option<&Error>) {
    if let Some(error) = error {
        card.note = error.to_string();
        card.note_icon = Some(icons::WARNING);
    }
}

/// Picture size and bytes: the length stands on the picture.
fn short_facts(probe: &Probe) -> String {
    let size = format::size(probe.size_bytes);
    match (&probe.video, probe.duration_secs) {
        (Some(video), _) => format!("{} × {}, {size}", video.width, video.height),
        (None, Some(secs)) => format!("Sound, {}, {size}", format::time(secs)),
        (None, None) => format!("Sound, {size}"),
    }
}

fn voice(cx: &Cx<'_>, from: &mut Source<'_>, facts: &Facts, runs: &Runs<'_>) -> Card {
    let store = &*cx.store;
    let bar = runs.cloning.and_then(run_bar);
    let Some(choice) = &store.flow.voice else {
        let from_source = store.flow.source.is_some();
        let named = runs.cloning.filter(|job| job.is_running()).map(|job| job.request.title());
        let name =
            named.unwrap_or_else(|| if from_source { "Cloned from the source" } else { "No voice yet" }.to_owned());
        let meta = runs.cloning.filter(|job| job.is_running()).map(|job| run_words(store, job));
        let meta = meta.unwrap_or_else(|| {
            if from_source { "Needs the speaker's permission" } else { "Cloned from the source" }.to_owned()
        });
        if consent::is_asked(facts) && !store.chain.voice.name.is_empty() {
            let (name, meta) = (store.chain.voice.name.clone(), consent::meta(store));
            return Card { name, meta, ..Card::default() };
        }
        let note = runs.cloning.and_then(elapsed).unwrap_or_else(|| "Or use one you already have".to_owned());
        return Card { name, meta, note, bar, ..Card::default() };
    };
    let record = store.clones.iter().find(|clone| clone.id == choice.id);
    let listed = store.voices.value().and_then(|voices| voices.iter().find(|voice| voice.id == choice.id));
    let is_clone = record.is_some() || listed.is_some_and(|voice| store.is_clone(voice));
    let is_of_source = record.is_some() && facts.voice == VoiceFact::There;
    let meta = match record {
        Some(record) if store.flow.source.is_some() && is_of_source => made(&record.cloned_at),
        Some(record) => format!("Your clone, from {}", record.sample_name),
        None if is_clone => "Your clone".to_owned(),
        None => "Built-in voice".to_owned(),
    };
    // What was sent, where it was kept; else the file it was sent from, when that was sent whole.
    let source = store.flow.source.as_ref().filter(|source| is_of_source && source.probe.audio.is_some());
    let whole = record.zip(source).filter(|(record, source)| record.sample_name == source.name());
    let kept = record.and_then(|record| record.sample_file.as_ref());
    let wave = match (kept, whole) {
        (Some(kept), _) => Some(from.pictures.sound(from.ctx, cx.runtime, kept)),
        (None, Some((_, source))) => Some(from.pictures.sound(from.ctx, cx.runtime, source)),
        (None, None) => None,
    };
    let mut sound = sound(cx, &preview_key(&choice.id));
    sound.exists = listed.is_some_and(|voice| voice.preview_url.is_some());
    sound.is_loading |= store.preview_loading.as_deref() == Some(&choice.id);
    let (note, note_icon) = match record {
        Some(record) => consent_words(&record.consent),
        None => ("", None),
    };
    let note = note.to_owned();
    let row = match note_icon {
        Some(_) => format!("Your clone, {}", note.to_lowercase()),
        None => meta.clone(),
    };
    let name = store.voice_name(&choice.id, &choice.name).to_owned();
    Card { name, meta, row, note, note_icon, wave, plays_other: true, bar, sound, ..Card::default() }
}

/// "Your clone, made today 14:02".
fn made(at: &str) -> String {
    let Some(at) = when::parse(at) else { return "Your clone".to_owned() };
    let now = when::now();
    let time = if at.year() == now.year() { when::moment(at, now) } else { when::day(at, now) };
    format!("Your clone, made {time}")
}

/// Only a permission whose every part is on record is called recorded.
fn consent_words(consent: &Consent) -> (&'static str, Option<Icon>) {
    match (consent.is_given(), consent.relation) {
        (true, Relation::Unrecorded) => ("How consent was given is not recorded", None),
        (true, _) => ("Consent recorded", Some(icons::SEAL_CHECK)),
        (false, _) => ("No consent on record", None),
    }
}

fn sound(cx: &Cx<'_>, key: &str) -> Sound {
    Sound {
        exists: true,
        is_playing: cx.player.is_playing(key),
        is_loading: cx.player.is_loading(key),
        heard: cx.player.progress(key).unwrap_or(0.0),
    }
}

fn lip_sync(cx: &Cx<'_>, from: &mut Source<'_>, runs: &Runs<'_>) -> Card {
    let store = &*cx.store;
    let incoming = &store.incoming.target;
    let Some(file) = &store.flow.target else {
        let meta = if incoming.is_loading() { "Reading the file" } else { "One face, facing the camera" };
        let note = "A different video is fine".to_owned();
        let mut card = Card { name: "No target yet".to_owned(), meta: meta.to_owned(), note, ..Card::default() };
        refused(&mut card, store.incoming.audio.error());
        return card;
    };
    let settings = &store.flow.lip_sync;
    let mode = compose::name(settings.mode).to_lowercase();
    let mut card = of_file(cx, from, file);
    card.meta = format!("{}, {mode}", settings.model);
    card.note = match (result_secs(store), price(store)) {
        (Some(secs), Some(Price::Sandbox)) => format!("Result {}, $0.00", format::time_code(secs)),
        (Some(secs), Some(price)) => format!("Result {}, {}", format::time_code(secs), price.words().to_lowercase()),
        (Some(secs), None) => format!("Result {}", format::time_code(secs)),
        (None, _) => match expected_secs(store) {
            Some(secs) => format!("Result about {}", format::time(secs)),
            None => "As long as the voice".to_owned(),
        },
    };
    card.row = format!("{}, {}", card.meta, card.note[..1].to_lowercase() + &card.note[1..]);
    if let Some(job) = runs.syncing.filter(|job| job.is_running()) {
        card.row.clear();
        card.meta = run_words(store, job);
        card.note = elapsed(job).unwrap_or_default();
        card.bar = run_bar(job);
    }
    // Audio of one's own takes part here, and has no card itself.
    refused(&mut card, incoming.error().or(store.incoming.audio.error()));
    card
}

/// Seconds that the text probably takes, while there is no take of it.
pub(super) fn spoken_secs(store: &Store) -> Option<f64> {
    let text = store.flow.text();
    (store.voice_track().is_none() && !text.trim().is_empty()).then(|| script::spoken_secs(text))
}

/// About how long the result will be, before anything is spoken.
fn expected_secs(store: &Store) -> Option<f64> {
    let video = store.flow.target.as_ref()?.secs()?;
    Some(compose::outlook(store.flow.lip_sync.mode, video, spoken_secs(store)?).result_secs)
}

fn outcome(cx: &Cx<'_>, from: &mut Source<'_>, file: Option<&std::path::Path>, folder: &str) -> Card {
    let note = folder.to_owned();
    let note_icon = Some(icons::FOLDER_SIMPLE);
    let Some(file) = file else {
        let name = cx.store.result_name().unwrap_or_else(|| "Named from your template".to_owned());
        let meta = "MP4, same size as the target".to_owned();
        let row = format!("Waiting, saves to {folder}");
        return Card { name, meta, row, note, note_icon, ..Card::default() };
    };
    Card {
        name: file_name(file),
        meta: "Saved on this computer".to_owned(),
        note,
        note_icon,
        picture: from.pictures.frame(from.ctx, cx.runtime, file, FRAME).cloned(),
        wave: Some(from.pictures.sound(from.ctx, cx.runtime, file)),
        ..Card::default()
    }
}

/// How far a job is, while it runs.
fn run_bar(job: &Job) -> Option<Bar> {
    (job.is_running() && job.waiting.is_none()).then(|| Bar::from_fraction(job.progress.fraction()))
}

/// What a job is doing: "Uploading, 53 of 86 MB", "Syncing the lips, 41%"; or when it goes on, while it waits.
fn run_words(store: &Store, job: &Job) -> String {
    wait::when(job).unwrap_or_else(|| pace::step_words_in(job, store.is_sandbox))
}

/// Time since a running job was begun: "0:06".
fn elapsed(job: &Job) -> Option<String> {
    job.is_running().then(|| wait::elapsed(job))
}

/// "Videos / Mouthpiece": the last two parts of a folder.
fn folder_words(folder: &std::path::Path) -> String {
    let last = file_name(folder);
    let parent = folder.parent().and_then(std::path::Path::file_name);
    parent.map_or_else(|| last.clone(), |parent| format!("{} / {last}", parent.to_string_lossy()))
}

/// Whether a file is on its way to a stage.
pub(super) fn is_reading(facts: &Facts, index: usize) -> bool {
    let file = if index == 0 { facts.source } else { facts.target };
    file == FileFact::Reading
}

#[cfg(test)]
mod tests;
