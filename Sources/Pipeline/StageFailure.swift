public import Landing
public import NearEarth
public import NeoWs
public import Support
public import Warehouse

/// Why a batch did not get through a stage.
public struct StageFailure: UserError {
    /// What went wrong.
    public enum Cause: Sendable {
        case service(NeoWsError)
        case landing(LandingError)
        /// A landed body that can't be read.
        case body(ScanError, file: String)
        case store(StoreError)
        /// A cluster, or the files that it shares with us.
        case engine(any UserError)
        /// Batch rules failed: name and finding of each.
        case audit([QualityResult])
        /// It falls short of what a person demands of answers; it may have been published before, without the demand.
        case demand([QualityResult], isPublished: Bool)
        /// Nothing is landed for the batch, and the stage does not extract.
        case nothingLanded
        /// Another run works on it.
        case held(batch: String, by: RunRecord)
        case cancelled
        /// It took longer than its bound.
        case timedOut(Duration)
    }

    /// The batch and the stage.
    public let batch: Batch
    /// The stage it stopped in.
    public let stage: Stage
    /// What went wrong.
    public let cause: Cause
    /// A file that holds the refused answer, where one was kept.
    public let evidence: String?
    /// What older answers of the batch changed, where only the newest is refused.
    public internal(set) var published: PublishCounts

    init(
        _ batch: Batch, _ stage: Stage, _ cause: Cause, evidence: String? = nil,
        published: PublishCounts = PublishCounts()
    ) {
        self.batch = batch
        self.stage = stage
        self.cause = cause
        self.evidence = evidence
        self.published = published
    }

    /// Whether the batches behind it would fail in the same way.
    var endsRun: Bool {
        switch cause {
        case .service(.keyRefused), .service(.quotaSpent), .service(.unavailable), .service(.unexpectedAnswer),
            .service(.noService), .cancelled:
            true
        case .store(.leaseLost), .store(.notReady): false
        case .store, .landing(.file), .landing(.service), .landing(.badURL), .engine: true
        default: false
        }
    }

    /// Whether the work was stopped from outside.
    var isCancellation: Bool {
        switch cause {
        case .cancelled, .service(.cancelled): true
        default: false
        }
    }

    /// Whether it says nothing of its own once another batch has ended the run: stopped with it, or short of the same
    /// quota.
    var followsFromEnd: Bool {
        switch cause {
        case .cancelled, .service(.cancelled), .service(.quotaSpent), .engine: true
        default: false
        }
    }

    /// Whether batches under way may finish although this failure ends the run: their requests are already counted.
    var letsOthersFinish: Bool {
        if case .service(.quotaSpent) = cause { true } else { false }
    }

    /// The command that asks for the batch again.
    private var asksAgain: String {
        switch batch {
        case .feed(let window): "`perigee run --from \(window.from) --to \(window.to) --refresh`"
        case .lookup(let id): "`perigee lookup \(id) --refresh`"
        case .browse: "`perigee browse --refresh`"
        }
    }

    /// What a command says of it as it ends: batch, stage and cause in a sentence.
    public var report: ErrorReport {
        var report = causeReport
        report.message =
            "\(batch), \(stage.rawValue): \(report.message)\(evidence.map { " (the answer is kept as \($0))" } ?? "")"
        return report
    }

    private var causeReport: ErrorReport {
        let again = "run the same command again: what is done is kept"
        switch cause {
        case .service(let error): return error.report
        case .landing(let error): return error.report
        case .store(let error): return error.report
        case .engine(let error): return error.report
        case .body(let error, let file):
            return ErrorReport(
                .dataRefused, "\(file) can't be read: \(error)",
                next: "run the same command with --refresh to ask NASA again")
        case .audit(let findings):
            let next =
                BatchRule.areAcceptable(findings)
                ? "\(asksAgain) asks NASA once more; if NASA is right, add --accept-removals"
                : "look at the answer; \(asksAgain) asks NASA once more"
            let found = findings.map { "\($0.rule): \($0.detail)" }.joined(separator: "; ")
            return ErrorReport(.dataRefused, "refused by the audit: \(found)", next: next)
        case .demand(let findings, let isPublished):
            let found = findings.map { "\($0.rule): \($0.detail)" }.joined(separator: "; ")
            let what =
                isPublished
                ? "published before, and less than --strict or --minimum demands"
                : "not published, as --strict or --minimum demands"
            return ErrorReport(
                .dataRefused, "\(what): \(found)",
                next: "\(asksAgain) asks NASA once more; without the option the answer is taken as it is")
        case .nothingLanded:
            return ErrorReport(.usage, "nothing is landed", next: "run `perigee extract` for the same dates first")
        case .held(let batch, let run):
            let holder = "run \(run.id) (\(run.command), process \(run.pid) on \(run.host)) is working on \(batch)"
            return ErrorReport(.tryLater, holder, next: "wait for that run, or see `perigee runs`")
        case .cancelled: return ErrorReport(.interrupted, "stopped before it was done", next: again)
        case .timedOut(let bound):
            return ErrorReport(
                .tryLater, "not done within \(bound.components.seconds) s",
                next: "\(again); or give the stage more time")
        }
    }
}

extension StageFailure {
    /// What stopped a batch in a stage.
    init(_ batch: Batch, _ stage: Stage, of error: any Error) {
        if let failure = error as? StageFailure {
            self = failure
            return
        }
        let cause: Cause =
            switch error {
            case _ where error is CancellationError || Task.isCancelled: .cancelled
            case StoreError.cancelled: .cancelled
            case let error as NeoWsError: .service(error)
            case let error as LandingError: .landing(error)
            case let error as StoreError: .store(error)
            case let error as any UserError: .engine(error)
            default: .engine(CommandFailure(.internalError, "\(error)", next: "report this"))
            }
        self.init(batch, stage, cause)
    }
}
