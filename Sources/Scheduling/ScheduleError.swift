public import Support

/// Why a schedule can't be what its text says.
public enum ScheduleError: Error, Sendable, Equatable {
    /// A cron expression with a mistake: the text, and what is wrong with it.
    case badCron(String, why: String)
    /// No interval: `7d`, `12h`, `30m` or `45s` is one.
    case badInterval(String)
    /// A time zone that the IANA database does not have.
    case badZone(String)
}

extension ScheduleError: UserError {
    /// What a command says of it as it ends.
    public var report: ErrorReport {
        let message =
            switch self {
            case .badCron(let text, let why): "the cron expression \"\(text)\" \(why)"
            case .badInterval(let text): "\"\(text)\" is not an interval: give 1s or more, such as 7d, 12h, 30m or 45s"
            case .badZone(let text):
                "there is no time zone \"\(text)\": give a name of the IANA database, such as UTC or Europe/Berlin"
            }
        return ErrorReport(.usage, message, next: "check --every, --cron and --time-zone")
    }
}
