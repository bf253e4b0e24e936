//! Tests of the grammar: text in, what was read out.

use super::*;
use crate::{
    extract::lexicon::{Cue, Cues},
    incident::{ClockTime, Local},
};

fn show(expression: &Expression, context: &Context) -> String {
    let one = |partial: &Partial| match partial.resolve(context) {
        Ok(moment) => {
            let about = if moment.approximate { "~" } else { "" };
            let zone = moment.zone.as_deref().map(|zone| format!(" {zone}")).unwrap_or_default();
            format!("{about}{moment}{zone}")
        }
        Err(why) => format!("{why:?}"),
    };
    match &expression.found {
        Found::Moment(partial) => one(partial),
        Found::Range(start, end) => format!("{} .. {}", one(start), one(end)),
        Found::Length(minutes) => format!("{minutes:.2} min"),
        Found::SinceStart(minutes) => format!("start{minutes:+}"),
        Found::Later(minutes) => format!("{minutes} later"),
        Found::Broken => "broken".to_owned(),
        Found::Blank => "blank".to_owned(),
    }
}

#[track_caller]
fn check(text: &str, expected: &[&str]) {
    let found: Vec<String> = scan(text).iter().map(|expression| show(expression, &Context::default())).collect();
    assert_eq!(found, expected, "{text}");
    check_near_digits(text);
    check_near_digits(&format!("Nobody knew the cause until then: {text} which Alerting told everybody about"));
}

/// Checks that nothing is lost where only what stands near a digit is read, in a text that says no time without one.
#[track_caller]
fn check_near_digits(text: &str) {
    if !Cues::of(text).has(Cue::TimeWord) {
        assert_eq!(Scanner::default().scan_digits(text), scan(text), "{text}");
    }
}

#[test]
fn what_belongs_to_a_number_is_read_however_far_it_stands() {
    for text in [
        "Thursday, the August the 5th was quiet",
        "Everything failed on the evening of the 7th of September, 2024 for everybody",
        "version 1.2 of the tool and port 8080 were changed around 10:42 a. m. Pacific Daylight Time by Ann",
        "T + 15 the alert fires",
        "5 h later it worked, from 2 to 4pm it did not, and between 9 and 10 AM neither",
        "Rollout to eu-west-1 (10:42      PM) finished; approximately 3 of 12 nodes, see #4711 of 12-Aug-2020",
        "de 14h30 até 15h45, le 1er août à 7h",
    ] {
        check_near_digits(text);
    }
}

#[test]
fn dates_and_times_in_many_forms_are_one_moment() {
    for (text, expected) in [
        ("2024-06-07T10:00:30Z", "2024-06-07T10:00:30+00:00 Z"),
        ("2024-06-07 10:00", "2024-06-07T10:00"),
        ("2024-06-07T10:00:00.123+02:00", "2024-06-07T10:00:00+02:00 +02:00"),
        ("2024-06-07T10:00-05:00", "2024-06-07T10:00-05:00 -05:00"),
        ("2019-1-17", "2019-01-17"),
        ("2021/03/04 14:51 PST", "2021-03-04T14:51-08:00 PST"),
        ("May 9, 2023, 8:20 AM (WAT)", "2023-05-09T08:20+01:00 WAT"),
        ("October19, 2022", "2022-10-19"),
        ("21st July 2019", "2019-07-21"),
        ("the 3rd of May 2022", "2022-05-03"),
        ("11 Mar at 00:40AM 2021", "2021-03-11T00:40"),
        ("Wed Mar 9 07:15:00 UTC 2022", "2022-03-09T07:15:00+00:00 UTC"),
        ("Tuesday (July 16, 2019) 10:41:05 PM", "2019-07-16T22:41:05"),
        ("10:41:05 PM PST on Tuesday (July 16, 2019)", "2019-07-16T22:41:05 PST"),
        ("Friday 4th June 2021 09:00 hours (East Africa Time)", "2021-06-04T09:00+03:00 East Africa Time"),
        ("Aug. 12th 2024 at 6PM", "2024-08-12T18:00"),
        ("12-Aug-2020 1:10pm", "2020-08-12T13:10"),
        ("2023 Mar 21 10:37a", "2023-03-21T10:37"),
        ("3. März 2024 um 14.30 Uhr", "2024-03-03T14:30"),
        ("le 3 mars 2024 à 14h30", "2024-03-03T14:30"),
        ("3 de marzo de 2024 a las 14:30", "2024-03-03T14:30"),
        ("1º de março de 2024 às 14h", "2024-03-01T14:00"),
        ("4.12.2022 07:30", "2022-12-04T07:30"),
        ("13/05/2024 9:30am", "2024-05-13T09:30"),
        ("05/13/2024 9:30am", "2024-05-13T09:30"),
        ("04/05/2024 10:00", "Ambiguous"),
        ("May 12, 2024, 8:26 PM GMT+2", "2024-05-12T20:26+02:00 GMT+2"),
        ("June 2024", "2024-06"),
        ("2023-08-??", "2023-08"),
        ("14:15pm", "T14:15"),
        ("00:25 AM", "T00:25"),
        ("12:00 p.m. EAT", "T12:00+03:00 EAT"),
        ("0900 hrs", "T09:00"),
        ("2315 UTC", "T23:15+00:00 UTC"),
        ("12;20PM (UTC)", "T12:20+00:00 UTC"),
        ("Midnight (SAST)", "T00:00+02:00 SAST"),
        ("12 noon", "T12:00"),
        ("~18:30", "~T18:30"),
        ("around 6:35 AM PST 21st July 2019", "~2019-07-21T06:35 PST"),
        ("10:45~", "~T10:45"),
        ("[03:57]", "T03:57"),
        ("UTC 10:00", "T10:00+00:00 UTC"),
        ("24:00 2024-06-07", "2024-06-08T00:00"),
        ("10:00 Europe/Berlin, 7 July 2024", "2024-07-07T10:00+02:00 Europe/Berlin"),
        ("5:03 PM Pacific Time on Feb 1, 2024", "2024-02-01T17:03-08:00 Pacific Time"),
    ] {
        check(text, &[expected]);
    }
}

#[test]
fn ranges_share_date_meridiem_and_zone() {
    for (text, expected) in [
        ("10:00 - 12:00", "T10:00 .. T12:00"),
        ("On the 3rd of May 2022, between 11:00 AM - 1:00 PM CAT, 40%", "2022-05-03T11:00+02:00 CAT .. 2022-05-03T13:00+02:00 CAT"),
        ("from 8:10 AM to 9:50 AM on July 5th, 2022 (UTC).", "2022-07-05T08:10+00:00 UTC .. 2022-07-05T09:50+00:00 UTC"),
        ("March 12, 2023, 11:20 AM - 12:55 PM UTC", "2023-03-12T11:20+00:00 UTC .. 2023-03-12T12:55+00:00 UTC"),
        ("July 9, 2022, 07:40 AM - 09:05 AM (UTC)", "2022-07-09T07:40+00:00 UTC .. 2022-07-09T09:05+00:00 UTC"),
        ("From February 3, 2023, 6:30 AM to February 6, 2023, 2:00 PM GMT,", "2023-02-03T06:30+00:00 GMT .. 2023-02-06T14:00+00:00 GMT"),
        ("From 03:57 PDT on Tuesday July 16 2019 to 09:10 July 16", "2019-07-16T03:57-07:00 PDT .. 2019-07-16T09:10-07:00 PDT"),
        ("from 2:05pm PST until 2:40 PST", "T14:05-08:00 PST .. T14:40-08:00 PST"),
        ("On June 2nd, 2024, between 9:00 and 11:30 AM UTC", "2024-06-02T09:00+00:00 UTC .. 2024-06-02T11:30+00:00 UTC"),
        ("between the hours of 12:10:00 and 15:45:20", "T12:10:00 .. T15:45:20"),
        ("from 10 to 11:30 PM", "T22:00 .. T23:30"),
        ("from 11:30 to 1:00 PM", "T11:30 .. T13:00"),
        ("2024-06-07 23:30 to 00:15", "2024-06-07T23:30 .. 2024-06-08T00:15"),
        ("from 11 Mar at 00:40AM 2021 to 12 Mar at 4:20PM (UTC-05)", "2021-03-11T00:40-05:00 UTC-05 .. 2021-03-12T16:20-05:00 UTC-05"),
        ("June 7-8, 2024", "2024-06-07 .. 2024-06-08"),
        ("7–8 June 2024", "2024-06-07 .. 2024-06-08"),
        ("January 15 to January 16, 2024", "2024-01-15 .. 2024-01-16"),
        ("von 14:30 bis 15:10 Uhr", "T14:30 .. T15:10"),
        ("10:00-12:00", "T10:00 .. T12:00"),
        ("6:40AM to 7:15PM WAT", "T06:40+01:00 WAT .. T19:15+01:00 WAT"),
        (
            "from midnight to 2:20 AM (South African Standard Time)",
            "T00:00+02:00 South African Standard Time .. T02:20+02:00 South African Standard Time",
        ),
        ("starting at 07:20 AM and ending at 09:35 AM UTC on July 11, 2023", "2023-07-11T07:20+00:00 UTC .. 2023-07-11T09:35+00:00 UTC"),
    ] {
        check(text, &[expected]);
    }
}

#[test]
fn lengths_and_offsets_are_read() {
    for (text, expected) in [
        ("2 hours and 15 minutes", "135.00 min"),
        ("1h 30m", "90.00 min"),
        ("1h30", "90.00 min"),
        ("90 min", "90.00 min"),
        ("two hours", "120.00 min"),
        ("an hour and a half", "90.00 min"),
        ("one and a half hours", "90.00 min"),
        ("half an hour", "30.00 min"),
        ("1.5 hours", "90.00 min"),
        ("19 hours 10 minutes", "1150.00 min"),
        ("10 min and 23 seconds", "10.38 min"),
        ("3 days", "4320.00 min"),
        ("45-minute outage", "45.00 min"),
        ("2 Stunden und 5 Minuten", "125.00 min"),
        ("twenty-five minutes", "25.00 min"),
        ("T+15", "start+15"),
        ("T+5m", "start+5"),
        ("T+01:30", "start+90"),
        ("t0 detection", "start+0"),
        ("+15 min", "start+15"),
        ("15 minutes later", "15 later"),
    ] {
        check(text, &[expected]);
    }
}

#[test]
fn broken_times_are_found_and_blanks_told_apart() {
    for (text, expected) in [
        ("20202-01-16", "broken"),
        ("14:??", "broken"),
        ("25:00", "broken"),
        ("2024-02-30", "broken"),
        ("2021/22-??-??", "broken"),
        ("HH:mm", "blank"),
        ("YYYY-MM-DD", "blank"),
        ("--:--", "blank"),
    ] {
        check(text, &[expected]);
    }
}

#[test]
fn numbers_of_other_things_are_no_times() {
    for text in [
        "version 1.2.3",
        "v2.4.16 of 10.0.0.1:8080",
        "ratio 3:2",
        "5xx errors",
        "curl 0:80",
        "may 2 users see it",
        "5 out of 10",
        "web-01",
        "PM2021-004",
        "CVE-2021-44228",
        "http://host:8080/2024",
        "2 may fail",
        "sha256:58d0da8b",
        "I am 5",
        "midnight oil",
        "-p 8080:80",
        "$12.30",
        "100% of traffic",
        "HTTP 500",
        "1:1 mapping",
        "the march of 10 users",
    ] {
        check(text, &[]);
    }
}

#[test]
fn a_value_is_parsed_as_one_moment_or_length() {
    let settings =
        ReadSettings { date_order: Some(DateOrder::DayMonth), zone: Some("Europe/Berlin".to_owned()), ..ReadSettings::default() };
    assert_eq!(
        parse_moment(&settings, "04/05/2024 10:00", &Context::default()).map(|m| m.to_string()),
        Ok("2024-05-04T10:00+02:00".to_owned())
    );
    assert_eq!(parse_moment(&settings, "soon", &Context::default()), Err(Unread::Incomplete));
    for (text, expected) in [
        ("90", Some(90.0)),
        ("1:30", Some(90.0)),
        ("01:30:00", Some(90.0)),
        ("PT1H30M", Some(90.0)),
        ("~ 2 hours", Some(120.0)),
        ("unknown", None),
    ] {
        assert_eq!(parse_duration_minutes(text), expected, "{text}");
    }
}

#[test]
fn a_moved_moment_crosses_midnight() {
    let at = parse_moment(&ReadSettings::default(), "2024-06-07 23:50", &Context::default()).expect("a moment");
    assert_eq!(moved(&at, 15.0).map(|m| m.to_string()).as_deref(), Some("2024-06-08T00:05"));
}

proptest::proptest! {
    #[test]
    fn scanning_never_panics_and_spans_are_whole_characters(text in "(?s).{0,60}|[0-9:./ T+-]{0,24}|[0-9a-zä:. ]{0,24}(am|PM|UTC|to|June|h)?.{0,8}") {
        let mut last = 0;
        for expression in scan(&text) {
            proptest::prop_assert!(expression.span.start >= last && text.get(expression.span.start..expression.span.end).is_some_and(|part| !part.is_empty()));
            last = expression.span.end;
        }
    }

    #[test]
    fn printed_moments_parse_back(year in 1970_i32..2099, month in 1_u32..13, day in 1_u32..29, hour in 0_u8..24, minute in 0_u8..60, offset in -12_i32..15) {
        let date = NaiveDate::from_ymd_opt(year, month, day).expect("a day");
        let time = ClockTime::new(hour, minute, None).expect("a time");
        let moment = Moment { offset_minutes: Some(offset * 60), ..Moment::local(Local::DayTime(date, time)) };
        let read = parse_moment(&ReadSettings::default(), &moment.to_string(), &Context::default()).expect("a moment");
        proptest::prop_assert_eq!(read.to_string(), moment.to_string());
    }
}
