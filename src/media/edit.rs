//! Takes made better on this computer: silence trimmed, joined into one track, brought to a loudness, exported. What
//! they are made of is never touched.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::error::{Error, Result};
use crate::media::decode::Source;
use crate::media::loudness::{self, Meter};
use crate::media::made::Made;
use crate::media::mono::{Mono, Rate, samples, secs};
use crate::media::{sniff, tools};
use crate::paths::{self, Readers};
use crate::runtime::child;

/// Below this it is silence, as an amplitude: −45 dBFS.
const SILENCE: f32 = 0.005_6;
/// What is left of the silence before and behind the sound, in seconds: room to breathe, and for a soft consonant.
const BREATH_BEFORE: f64 = 0.10;
const BREATH_AFTER: f64 = 0.20;
/// Fades where pieces meet, in seconds: too short to hear, long enough not to click.
const FADE: f64 = 0.005;
/// No true peak of ours is above this, in dBTP.
const CEILING_DB: f64 = -1.0;
/// More than this is no line of a script any more, in seconds.
const LONGEST: f64 = 4.0 * 3600.0;
/// For each read from ffmpeg.
const PATIENCE: Duration = Duration::from_mins(1);

/// What trimming left.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Trimmed {
    pub secs: f64,
    pub start_cut_secs: f64,
    pub end_cut_secs: f64,
}

/// Writes a sound to `to` without the silence at its ends, but for a breath, as a WAV of one channel. Blocks.
///
/// # Errors
/// One sentence: it is all silence, can't be read, or can't be written.
pub fn trim_silence(from: &Path, to: &Path) -> Result<Trimmed> {
    let mut sound = open(from)?;
    let (mut count, mut first, mut last) = (0_u64, None, 0_u64);
    while let Some(chunk) = sound.next_chunk() {
        for sample in chunk {
            if sample.abs() > SILENCE {
                first.get_or_insert(count);
                last = count;
            }
            count += 1;
        }
    }
    let rate = sound.rate;
    let first = first.ok_or_else(|| {
        Error::Media(format!("{} is all silence, so there is nothing to trim. Speak it again.", sniff::name(from)))
    })?;
    let start = first.saturating_sub(samples(BREATH_BEFORE, rate));
    let end = (last + 1 + samples(BREATH_AFTER, rate)).min(count);
    let mut made = Made::begin(to, rate)?;
    let (mut sound, mut at) = (open(from)?, 0_u64);
    while let Some(chunk) = sound.next_chunk() {
        made.push(between(chunk, at, start, end))?;
        at += chunk.len() as u64;
    }
    let left = secs(made.samples(), rate);
    made.finish()?;
    Ok(Trimmed { secs: left, start_cut_secs: secs(start, rate), end_cut_secs: secs(count - end, rate) })
}

/// What of a chunk that begins at `at` lies between two places.
pub(super) fn between(chunk: &[f32], at: u64, start: u64, end: u64) -> &[f32] {
    let place = |sample: u64| usize::try_from(sample.saturating_sub(at)).unwrap_or(usize::MAX).min(chunk.len());
    let (from, to) = (place(start), place(end));
    chunk.get(from..to.max(from)).unwrap_or_default()
}

/// A sound in a row of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Piece {
    pub path: PathBuf,
    /// Silence behind it, in seconds.
    pub pause_after_secs: f64,
}

/// Joins sounds with their pauses into one WAV of one channel, at the highest of their rates up to 48 kHz. The pause
/// behind the last is left out. `goes_on` is told the part done and says whether to go on. Blocks. Its seconds.
///
/// # Errors
/// One sentence: there is nothing to join, a piece can't be read, or the track can't be written.
pub fn join(pieces: &[Piece], to: &Path, goes_on: &dyn Fn(f32) -> bool) -> Result<f64> {
    let Some(count) = pieces.len().checked_sub(1) else {
        return Err(Error::Media("There is nothing to join yet. Choose at least one take.".to_owned()));
    };
    let mut rate = 0;
    for piece in pieces {
        rate = rate.max(open(&piece.path)?.rate);
    }
    let mut made = Made::begin(to, rate)?;
    for (index, piece) in pieces.iter().enumerate() {
        #[expect(clippy::cast_precision_loss, reason = "a part to show")]
        let done = index as f32 / pieces.len() as f32;
        add(&mut made, piece, rate, &|| goes_on(done))?;
        if index < count {
            let pause = samples(piece.pause_after_secs.clamp(0.0, 60.0), rate);
            made.push(&vec![0.0; usize::try_from(pause).unwrap_or_default()])?;
        }
        if secs(made.samples(), rate) > LONGEST {
            return Err(Error::Media("The track would be longer than four hours. Choose fewer takes.".to_owned()));
        }
    }
    let length = secs(made.samples(), rate);
    made.finish()?;
    Ok(length)
}

/// Appends a whole piece, faded in and out.
fn add(made: &mut Made, piece: &Piece, rate: u32, goes_on: &dyn Fn() -> bool) -> Result<()> {
    let mut sound = Mono::open(&Source::File(piece.path.clone()), 0.0, Rate::Exactly(rate))?;
    let fade = usize::try_from(samples(FADE, rate)).unwrap_or(1).max(1);
    // The end is only known when it has come: so much is always held back.
    let (mut held, mut faded_in) = (Vec::new(), 0_usize);
    while let Some(chunk) = sound.next_chunk() {
        if !goes_on() {
            return Err(Error::Cancelled);
        }
        held.extend(chunk.iter().map(|sample| {
            faded_in = (faded_in + 1).min(fade);
            sample * part(faded_in, fade)
        }));
        let sure = held.len().saturating_sub(fade);
        made.push(held.get(..sure).unwrap_or_default())?;
        held.drain(..sure);
    }
    let count = held.len();
    for (index, sample) in held.iter_mut().enumerate() {
        *sample *= part(count - 1 - index, fade);
    }
    made.push(&held)
}

#[expect(clippy::cast_precision_loss, reason = "some hundred samples")]
fn part(index: usize, of: usize) -> f32 {
    (index as f32 / of as f32).min(1.0)
}

/// How a sound is exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Wav,
    Mp3,
}

/// Writes a sound as a WAV of one channel, or as an MP3 through ffmpeg. A file of that name is replaced, but only by
/// a whole one. Blocks.
///
/// # Errors
/// One sentence: it can't be read or written, or ffmpeg is missing for an MP3.
pub fn export(from: &Path, to: &Path, format: Format) -> Result<()> {
    match format {
        Format::Wav => copy(from, to, Readers::AsAnyFile, &mut |_| {}).map(drop),
        Format::Mp3 => mp3(from, to),
    }
}

fn mp3(from: &Path, to: &Path) -> Result<()> {
    let ffmpeg = tools::ffmpeg().map_err(|_| {
        let advice = "Install ffmpeg, or save it as a WAV.";
        Error::Media(format!("An MP3 needs ffmpeg to be made, which is not on this computer. {advice}"))
    })?;
    let name = sniff::name(to);
    let failed = |error| Error::file("write", Path::new(&name), error);
    let part = paths::part(to, Readers::AsAnyFile).map_err(failed)?;
    let mut command = child(ffmpeg);
    command.args(["-v", "quiet", "-nostdin"]).args(tools::input(from, sniff::open(from)?.container)?);
    command.args(["-map", "0:a:0", "-c:a", "libmp3lame", "-b:a", "192k", "-f", "mp3", "pipe:1"]);
    let mut running = tools::Running::start(command, PATIENCE)?;
    let mut file = part.as_file();
    let bytes = std::io::copy(&mut running, &mut file).map_err(failed)?;
    if bytes == 0 {
        // Whatever is wrong with it is said by whoever opens it; otherwise it is the encoder.
        open(from)?;
        return Err(Error::Media(format!("ffmpeg made no MP3 of {name}. Save it as a WAV instead.")));
    }
    if !running.ended_well() {
        return Err(Error::Media(format!(
            "ffmpeg ended before {name} was whole, so it was not saved. Try again, or save it as a WAV."
        )));
    }
    part.as_file().sync_all().map_err(failed)?;
    part.persist(to).map_err(|error| failed(error.error))?;
    Ok(())
}

/// What matching did.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Matched {
    /// What it was raised by, negative for lowered.
    pub gain_db: f64,
    /// The peaks left no room for all of it.
    pub limited: bool,
}

/// By how much a sound of this loudness is raised to come near a target, and whether its peaks hold it back.
pub fn gain_to(loudness: loudness::Loudness, target_lufs: f64) -> Option<Matched> {
    let wanted = target_lufs.clamp(-70.0, 0.0) - loudness.integrated_lufs?;
    let room = CEILING_DB - loudness.true_peak_db;
    let limited = wanted > room + 0.05;
    Some(Matched { gain_db: if limited { room.min(wanted) } else { wanted }, limited })
}

/// Writes a sound to `to` as a WAV of one channel, as loud as `target_lufs` as far as its peaks allow. Blocks.
///
/// # Errors
/// One sentence: it is silent, can't be read, or can't be written.
pub fn match_loudness(from: &Path, target_lufs: f64, to: &Path) -> Result<Matched> {
    // What is written has one channel, and two that differ are not as loud together.
    let mut sound = open(from)?;
    let mut meter = Meter::new(1, sound.rate);
    while let Some(chunk) = sound.next_chunk() {
        if let Some(meter) = &mut meter {
            meter.add(chunk);
        }
    }
    let matched = meter.and_then(|meter| gain_to(meter.loudness(), target_lufs)).ok_or_else(|| {
        Error::Media(format!("{} is too quiet or too short for its loudness to be known.", sniff::name(from)))
    })?;
    #[expect(clippy::cast_possible_truncation, reason = "a factor")]
    let factor = 10_f64.powf(matched.gain_db / 20.0) as f32;
    copy(from, to, Readers::Owner, &mut |samples| samples.iter_mut().for_each(|sample| *sample *= factor))?;
    Ok(matched)
}

/// Writes all of a sound as a WAV, changed on the way. Its bytes.
fn copy(from: &Path, to: &Path, readers: Readers, change: &mut dyn FnMut(&mut [f32])) -> Result<u64> {
    let mut sound = open(from)?;
    let mut made = Made::begin_for(readers, to, sound.rate)?;
    let mut row = Vec::new();
    while let Some(chunk) = sound.next_chunk() {
        row.clear();
        row.extend_from_slice(chunk);
        change(&mut row);
        made.push(&row)?;
    }
    made.finish()
}

fn open(path: &Path) -> Result<Mono> {
    Mono::open(&Source::File(path.to_owned()), 0.0, Rate::Own)
}
