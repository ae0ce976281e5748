//! The Voice card of the flow and this page are two views of one draft: what is filled in there is taken in here, what
//! is here is shown there, and a clone that Run all asks for is begun like one from this page.

use super::{ClonePanel, Question, voices};
use crate::panels::Cx;
use crate::store::{Asked, FilledIn, NewVoice, Permission};

impl ClonePanel {
    /// Once per frame, before the sample is followed: takes in what the Voice card says and asks for.
    pub(super) fn take_from_card(&mut self, cx: &mut Cx<'_>) {
        let Some(file) = cx.store.flow.source.clone() else {
            let card = &mut cx.store.chain.voice;
            if card.asked != Asked::No {
                card.asked = Asked::Refused("There is no source to clone a voice from.".to_owned());
            }
            return;
        };
        let card = &mut cx.store.chain.voice;
        if let Some(FilledIn { name, permission }) = card.filled_in.take() {
            self.draft.name = name.unwrap_or_else(|| std::mem::take(&mut self.draft.name));
            let Permission { given_at, speaker, relation } = permission;
            (self.draft.consent, self.draft.speaker, self.draft.relation) = (given_at, speaker, relation);
        }
        self.trimming.is_open |= card.is_shown;
        if card.asked != Asked::Please {
            return;
        }
        // Who asks for the clone there goes on with what was put aside here.
        self.draft.set_aside = false;
        if let Some(why) = self.missing(&file, cx.store) {
            cx.store.chain.voice.asked = Asked::Refused(format!("{why}."));
            return;
        }
        cx.store.chain.voice.asked = Asked::Preparing;
        if self.shown.is_none() && self.trimming.pressed.is_none() {
            self.clone_voice(cx);
        }
    }

    /// Once per frame, after the sample was followed: tells the Voice card how it stands.
    pub(super) fn tell_card(&mut self, cx: &mut Cx<'_>) {
        let choice = cx.store.flow.sample;
        let file = cx.store.flow.source.clone();
        let bytes = file.as_ref().and_then(|file| self.trimming.cut(file, &choice).map(|cut| cut.bytes));
        let whole = self.trimming.sends_whole(&choice);
        let sent = bytes.or_else(|| file.as_ref().filter(|_| whole).map(|file| file.probe.size_bytes));
        let kept = file.as_ref().and_then(|file| self.draft.kept(file));
        if cx.store.flow.new_voice != kept {
            cx.store.flow.new_voice = kept;
        }
        let permission = Permission {
            given_at: self.draft.consent,
            speaker: self.draft.speaker.clone(),
            relation: self.draft.relation,
        };
        let missing = file.as_ref().and_then(|file| self.draft.missing_but_consent(file, voices(cx.store), whole));
        let asked = std::mem::take(&mut cx.store.chain.voice.asked);
        cx.store.chain.voice = NewVoice {
            name: self.draft.name.trim().to_owned(),
            permission,
            filled_in: None,
            bytes: sent,
            reading: self.trimming.words(),
            missing,
            job: self.shown_job().map(str::to_owned),
            // Said anew by each frame that draws the card.
            is_shown: false,
            asked: self.answer(asked),
        };
    }

    /// What has become of a clone that is being prepared.
    fn answer(&self, asked: Asked) -> Asked {
        match (asked, self.shown_job()) {
            (Asked::Preparing, Some(job)) => Asked::Begun(job.to_owned()),
            (Asked::Preparing, None) if self.trimming.pressed.is_some() => Asked::Preparing,
            (Asked::Preparing, None) => Asked::Refused(match &self.question {
                Some(Question::Doubt { question, .. }) => question.clone(),
                _ => "The sample could not be prepared. The Clone page says why.".to_owned(),
            }),
            (asked, _) => asked,
        }
    }
}
