//! The closed lists of the record. Each has one spelling, its kebab-case name, used in data, URLs and templates.

/// Declares a closed list: an enum with its names, `ALL`, `as_str`, `parse` and the serde and schema forms.
macro_rules! closed_list {
    ($(#[doc = $doc:literal])+ $name:ident { $($(#[doc = $vdoc:literal])+ $variant:ident = $text:literal,)+ }) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize, schemars::JsonSchema)]
        pub enum $name { $($(#[doc = $vdoc])+ #[serde(rename = $text)] $variant,)+ }

        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [$name] = &[$($name::$variant,)+];

            /// Returns the name.
            pub fn as_str(self) -> &'static str {
                match self { $($name::$variant => $text,)+ }
            }

            /// Returns the value of that name.
            pub fn parse(name: &str) -> Option<Self> {
                match name { $($text => Some($name::$variant),)+ _ => None }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}

closed_list! {
    /// What a document is.
    Kind {
        /// One incident.
        Incident = "incident",
        /// One of several incidents of one file.
        Multi = "multi",
        /// An unfilled form or a guide to writing.
        Template = "template",
        /// Anything else.
        Other = "other",
    }
}

closed_list! {
    /// How bad an incident was, as stated.
    Severity {
        /// The worst.
        Sev1 = "SEV1",
        /// Major.
        Sev2 = "SEV2",
        /// Medium.
        Sev3 = "SEV3",
        /// Low.
        Sev4 = "SEV4",
        /// The least.
        Sev5 = "SEV5",
    }
}

closed_list! {
    /// Where an incident or its postmortem stands, as stated.
    Status {
        /// Normal service is restored.
        Resolved = "resolved",
        /// Fixed and being watched.
        Monitoring = "monitoring",
        /// Still going on.
        Open = "open",
        /// The text is a draft.
        Draft = "draft",
    }
}

closed_list! {
    /// What something was that is written up like an incident and is none: listed, and in no average.
    Nature {
        /// Nobody was hurt, but it was close.
        NearMiss = "near-miss",
        /// A drill or a game day.
        Drill = "drill",
        /// Planned maintenance that went as planned.
        Maintenance = "maintenance",
    }
}

closed_list! {
    /// Who noticed first.
    DetectionSource {
        /// An alert or a monitor.
        Alert = "alert",
        /// Customers or users.
        Customer = "customer",
        /// Someone of the team or the company.
        Staff = "staff",
        /// A partner or supplier.
        Partner = "partner",
    }
}

closed_list! {
    /// What a timeline row marks.
    RowKind {
        /// Something was changed that led to it.
        Change = "change",
        /// Users begin to suffer.
        Impact = "impact",
        /// Alert, report, someone noticed.
        Detected = "detected",
        /// A responder begins.
        Acknowledged = "acknowledged",
        /// Another person or team is brought in.
        Escalated = "escalated",
        /// A wrong assumption, its pursuit or its ruling out.
        FalseLead = "false-lead",
        /// A fact or the cause is found.
        Finding = "finding",
        /// A step of repair or investigation.
        Action = "action",
        /// Users stop hurting.
        Mitigated = "mitigated",
        /// Normal service is restored.
        Resolved = "resolved",
        /// Communication.
        Update = "update",
        /// Anything else.
        Note = "note",
    }
}

closed_list! {
    /// The state of an action.
    ActionStatus {
        /// Stated as not done.
        Open = "open",
        /// Begun.
        InProgress = "in-progress",
        /// Done.
        Done = "done",
        /// Decided against.
        Declined = "declined",
        /// Not stated.
        Unknown = "unknown",
    }
}

closed_list! {
    /// What an action is for.
    ActionKind {
        /// Keeps it from happening again.
        Prevent = "prevent",
        /// Notices it sooner.
        Detect = "detect",
        /// Makes it hurt less or shorter.
        Mitigate = "mitigate",
        /// Runbooks, training, review by people.
        Process = "process",
        /// Anything else.
        Other = "other",
    }
}

closed_list! {
    /// The canonical role of a section. Its synonyms are data of the reader.
    SectionRole {
        /// What happened, in short.
        Summary = "summary",
        /// What came before.
        Background = "background",
        /// Who suffered and how.
        Impact = "impact",
        /// The timeline.
        Timeline = "timeline",
        /// How it was noticed.
        Detection = "detection",
        /// What set it off.
        Trigger = "trigger",
        /// Why it happened.
        RootCause = "root-cause",
        /// What else helped it happen.
        Contributing = "contributing",
        /// Cause and resolution in one section.
        CauseAndResolution = "cause-and-resolution",
        /// How it was ended.
        Resolution = "resolution",
        /// What will be done.
        Actions = "actions",
        /// What was learned.
        Lessons = "lessons",
        /// What went well.
        WentWell = "went-well",
        /// What went wrong.
        WentWrong = "went-wrong",
        /// Luck.
        Lucky = "lucky",
        /// Surprises and open questions.
        Questions = "questions",
        /// What was said to whom.
        Communication = "communication",
        /// Figures.
        Metrics = "metrics",
        /// Who took part.
        People = "people",
        /// Evidence, links, appendix.
        Support = "support",
        /// Closing words.
        Conclusion = "conclusion",
    }
}
