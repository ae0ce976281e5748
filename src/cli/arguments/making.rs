//! What the verbs take that speak lines and put them on videos.

use std::path::PathBuf;

use clap::{ArgGroup, Args, ValueEnum, ValueHint};

use super::{Agreed, Common, Permission, Sample};
use crate::store::{MODEL, SIMILARITY, STABILITY};

const BATCH: &str = "Example:
  mouthpiece batch lines.csv --dry-run
  mouthpiece batch lines.csv -o results

A table:
  voice,text,target,output
  Mara,Good evening.,teaser.mp4,mara.mp4
  Jonas,Good evening.,teaser.mp4,jonas.mp4

Targets, and outputs without -o, are meant from the folder of the table. Rows are numbered as a spreadsheet shows them,
with the head as row 1. Those that are done are told and not made again; run the same line again to go on.";

/// How a line is spoken.
#[derive(Debug, Clone, Copy, Args)]
pub struct Manner {
    /// 0 (more varied) to 1 (steadier)
    #[arg(long, value_name = "0..1", value_parser = crate::cli::parse::share, default_value_t = STABILITY)]
    pub stability: f64,
    /// 0 (looser) to 1 (closer to the sample)
    #[arg(long, value_name = "0..1", value_parser = crate::cli::parse::share, default_value_t = SIMILARITY)]
    pub similarity: f64,
}

#[derive(Debug, Args)]
#[command(
    group = ArgGroup::new("line").required(true),
    after_help = "Example:\n  mouthpiece speak --voice Mara --text \"Good evening.\" -o line.wav"
)]
pub struct Speak {
    #[command(flatten)]
    pub common: Common,
    /// Name or id of the voice
    #[arg(long, allow_hyphen_values = true)]
    pub voice: String,
    /// What to say
    #[arg(long, allow_hyphen_values = true, group = "line")]
    pub text: Option<String>,
    /// Say what stands in this text file
    #[arg(long, value_name = "FILE", group = "line")]
    pub file: Option<PathBuf>,
    /// "-" to say what comes from standard input
    #[arg(value_name = "-", value_parser = ["-"], group = "line")]
    pub stdin: Option<String>,
    #[command(flatten)]
    pub manner: Manner,
    /// Where to copy the take [default: it stays in the library]
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

/// How a lip sync is made.
#[derive(Debug, Clone, Args)]
pub struct Making {
    /// The model
    #[arg(long, default_value = MODEL)]
    pub model: String,
    /// What happens when video and voice are not equally long
    #[arg(long, value_enum, default_value_t = Mode::Bounce)]
    pub sync_mode: Mode,
}

/// What happens when video and voice are not equally long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Mode {
    Bounce,
    Loop,
    CutOff,
    Silence,
    Remap,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  mouthpiece lipsync --video teaser.mp4 --voice Mara --text \"Good evening.\" -o out.mp4"
)]
pub struct LipSync {
    #[command(flatten)]
    pub common: Common,
    #[command(flatten)]
    pub agreed: Agreed,
    /// The video, or its https address
    #[arg(long, value_name = "FILE|URL")]
    pub video: PathBuf,
    /// A sound file to put on it, or a video whose sound is, or its https address
    #[arg(long, value_name = "FILE|URL", conflicts_with_all = ["voice", "text"])]
    pub audio: Option<PathBuf>,
    /// Name or id of the voice that speaks the text
    #[arg(long, requires = "text", allow_hyphen_values = true)]
    pub voice: Option<String>,
    /// What the voice says
    #[arg(long, requires = "voice", allow_hyphen_values = true)]
    pub text: Option<String>,
    #[command(flatten)]
    pub manner: Manner,
    #[command(flatten)]
    pub making: Making,
    /// Where to save the result [default: the folder of the settings]
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
}

#[derive(Debug, Args)]
#[command(
    after_help = "Example:\n  mouthpiece flow --source keynote.mp4 --name Mara --consent-by me --best --text \"Good evening.\" --target teaser.mp4 -o out.mp4"
)]
pub struct FlowLine {
    #[command(flatten)]
    pub common: Common,
    #[command(flatten)]
    pub agreed: Agreed,
    /// The video or sound file to clone the voice from, or its https address
    #[arg(long, value_name = "FILE|URL")]
    pub source: PathBuf,
    /// What the voice is called
    #[arg(long, allow_hyphen_values = true)]
    pub name: String,
    #[command(flatten)]
    pub permission: Permission,
    #[command(flatten)]
    pub part: Sample,
    /// What the voice says
    #[arg(long, allow_hyphen_values = true)]
    pub text: String,
    /// The video to put it on, or its https address
    #[arg(long, value_name = "FILE|URL")]
    pub target: PathBuf,
    #[command(flatten)]
    pub manner: Manner,
    #[command(flatten)]
    pub making: Making,
    /// Where to save the result
    #[arg(long, short, value_name = "FILE")]
    pub output: PathBuf,
}

#[derive(Debug, Args)]
#[command(after_help = BATCH)]
pub struct Batch {
    #[command(flatten)]
    pub common: Common,
    #[command(flatten)]
    pub agreed: Agreed,
    /// A CSV table with the columns voice, text and target, and, where wanted, output, model and mode
    pub table: PathBuf,
    /// Say what would be done and what it may cost, and do nothing
    #[arg(long)]
    pub dry_run: bool,
    /// Where results are saved whose row names no output [default: beside the table]
    #[arg(long, short, value_name = "FOLDER", value_hint = ValueHint::DirPath)]
    pub output: Option<PathBuf>,
}
