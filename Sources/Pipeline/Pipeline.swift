public import Landing
public import Logging
public import NearEarth
public import NeoWs
import Support
import Transform
public import Warehouse

/// The way of a record: extract, land, transform, audit, publish. What it works with comes in from outside.
public struct Pipeline: Sendable {
    /// NASA, or what stands in for it.
    let client: NeoWsClient
    /// The service's base URL, without credentials.
    let service: String
    let landing: LandingZone
    let store: Store
    /// Requests at a time.
    let concurrency: Int
    /// How long to wait for another run to give a window up.
    let maxWait: Duration
    /// What transforms.
    let engine: any TransformEngine
    let logger: Logger

    /// A pipeline from its parts.
    public init(
        client: NeoWsClient, service: String, landing: LandingZone, store: Store, concurrency: Int, maxWait: Duration,
        engine: any TransformEngine = EmbeddedTransform(), logger: Logger
    ) {
        self.client = client
        self.service = service
        self.landing = landing
        self.store = store
        self.concurrency = max(1, concurrency)
        self.maxWait = maxWait
        self.engine = engine
        self.logger = logger
    }

    /// One batch, from NASA to the published table: each stage makes of a value the next one's. Where the plan ends
    /// before a stage, the ledger is told how far the batch has come.
    private func process(_ batch: Batch, _ context: RunContext) async throws -> BatchOutcome {
        let (claimed, upToDate) = try await claim(batch, context)
        if let upToDate { return upToDate }
        let landed = try await attempt(.extract, claimed, extract)
        guard !landed.answers.isEmpty, let transformed = try await next(.transform, landed, transform) else {
            return try await record(landed)
        }
        guard let audited = try await next(.audit, transformed, audit) else { return try await record(transformed) }
        guard let published = try await next(.publish, audited, publish) else { return try await record(audited) }
        return try published.outcome()
    }

    // MARK: Around the batches

    /// Carries a plan out and records it in the ledger. One batch's failure leaves the others to go on, unless it would
    /// be theirs too (no key, no quota, no service).
    public func run(_ plan: Plan, progress: @Sendable (RunProgress) -> Void = { _ in }) async throws(StoreError)
        -> RunReport
    {
        var plan = plan
        let origin = try await store.origin()
        let leftOut = plan.raw?.keep(only: origin) ?? 0
        if leftOut > 0 { plan.batches = plan.raw?.batches ?? [] }
        let known = try await store.known(plan.batches)
        let run = try await store.beginRun(
            command: plan.command, engine: engine.name, range: plan.range, service: plan.raw?.location ?? service,
            planned: plan.batches.count)
        let journal = RunJournal()
        async let _ = heartbeat(run, journal)
        var report = RunReport(run: run, command: plan.command, range: plan.range, planned: plan.batches.count)
        if leftOut > 0 {
            let whose = origin == "simulated" ? "NASA's" : "a simulator's"
            report.notes.append(
                "\(leftOut.counted("answer")) of \(whose) left out: they never mix with others in a store")
        }
        await RunJournal.$context.withValue(RunJournal.Context(journal: journal)) { [plan] in
            logger.info(
                "Run began.",
                metadata: ["run": "\(run)", "command": "\(plan.command)", "batches": "\(plan.batches.count)"])
            let context = RunContext(self, plan, run: run, known: known, origin: origin)
            await CancellationFlag.with { _ in await processAll(context, &report, progress) }
            logger.info("Run ended.", metadata: ["run": "\(run)", "status": "\(report.status.rawValue)"])
        }
        await journal.keep(in: store, of: run)
        let usage = await client.usage
        report.requests = usage.requests
        report.waitedMilliseconds = usage.waited.milliseconds
        report.requestsLeft = usage.remaining
        var end = RunEnd(report.status, exitCode: Int(report.exitStatus.rawValue))
        end.error = report.error
        end.batches = (report.published, report.skipped, report.failures.count)
        (end.counts, end.quarantined) = (report.counts, report.quarantined)
        end.service = (report.requests, report.waitedMilliseconds, report.requestsLeft)
        try await store.finishRun(run, end)
        return report
    }

    /// What a batch's newest landed body says of itself; nil where none is landed or it can't be read.
    public func summary(of batch: Batch) async throws(LandingError) -> ScanSummary? {
        guard let landed = try await landing.observations(of: batch).max(by: { $0.stamp < $1.stamp }) else {
            return nil
        }
        let buffer = BodyBuffer(try await landing.read(landed))
        return try? EmbeddedEngine.transform(buffer, output: .csv).summary
    }

    /// Batches side by side, as many as the plan allows.
    private func processAll(
        _ context: RunContext, _ report: inout RunReport, _ progress: @Sendable (RunProgress) -> Void
    ) async {
        let began = ContinuousClock.now
        let plan = context.plan
        await withTaskGroup(of: Result<BatchOutcome, StageFailure>.self) { group in
            var waiting = plan.batches.makeIterator()
            var ended = false
            var begun = 0
            var rows = PublishCounts()
            func beginNext() {
                guard !ended, !Task.isCancelled, let batch = waiting.next() else { return }
                begun += 1
                group.addTask { await finish(batch, context) }
            }
            // As many as requests are, or, where no service is waited for, as many as fill three transactions: one in
            // the store, one being transformed, one being claimed.
            let width = plan.isBulk ? 3 * RunContext.limit : concurrency
            // Enough to fill a job, and the next one meanwhile: what is transformed and not yet published is held in
            // memory, that of each answer.
            let answers = max(width, 2 * (engine.jobSize ?? 0))
            for _ in 0..<min(plan.batches.count, plan.raw?.batches(holding: answers) ?? answers) { beginNext() }
            while let result = await group.next() {
                var failed: StageFailure?
                switch result {
                case .success(let outcome):
                    rows = rows + outcome.counts
                    report.outcomes.append(outcome)
                case .failure(let failure):
                    failed = failure
                    // What another batch's end stopped, or whoever interrupted the run, says nothing of its own.
                    if Task.isCancelled, failure.isCancellation { report.isInterrupted = true }
                    if (ended && failure.followsFromEnd) || (report.isInterrupted && failure.isCancellation) {
                        report.notBegun += 1
                    } else {
                        logger.notice(
                            "Batch failed.",
                            metadata: [
                                "batch": "\(failure.batch)", "stage": "\(failure.stage.rawValue)",
                                "cause": "\(failure)",
                            ])
                        rows = rows + failure.published
                        report.failures.append(failure)
                    }
                    if failure.endsRun, !ended {
                        ended = true
                        if !failure.letsOthersFinish { group.cancelAll() }
                    }
                }
                await progress(self.progress(report, rows, failed, began))
                beginNext()
            }
            if !ended { await refetchQuarantined(context, &report) }
            report.notBegun += plan.batches.count - begun
            if Task.isCancelled, begun < plan.batches.count { report.isInterrupted = true }
        }
    }

    /// One batch; what stops it is written into the ledger.
    private func finish(_ batch: Batch, _ context: RunContext) async -> Result<BatchOutcome, StageFailure> {
        do {
            return .success(try await process(batch, context))
        } catch {
            let failure = StageFailure(batch, context.plan.stages.lowerBound, of: error)
            // The ledger says why a batch stopped; if the store is the reason, nobody can. What was cancelled is given up
            // with the whole run.
            if !failure.isCancellation { try? await store.release(batch, by: context.run, error: "\(failure)") }
            return .failure(failure)
        }
    }

    /// Where records of new bodies went to quarantine, NASA is asked again, in case they were spoilt on their way:
    /// once, and on for as long as asking heals others. At the end and one by one: a fault that comes in turns is then
    /// met once, not over and over.
    private func refetchQuarantined(_ context: RunContext, _ report: inout RunReport) async {
        var again = context
        again.plan.refresh = true
        var isHealing = true
        while isHealing {
            isHealing = false
            for index in report.outcomes.indices where report.outcomes[index].isWorthRefetching && !Task.isCancelled {
                let outcome = report.outcomes[index]
                logger.notice(
                    "Records in quarantine, asking again.",
                    metadata: ["batch": "\(outcome.batch)", "quarantined": "\(outcome.quarantined ?? 0)"])
                switch await finish(outcome.batch, again) {
                case .success(var second):
                    isHealing = isHealing || second.quarantined == 0
                    second.counts = outcome.counts.followed(by: second.counts)
                    second.quarantined = second.quarantined ?? outcome.quarantined
                    report.outcomes[index] = second
                case .failure(var failure):
                    report.outcomes[index].counts = outcome.counts.followed(by: failure.published)
                    failure.published = PublishCounts()
                    report.outcomes[index].wasFetched = false
                    switch failure.cause {
                    // What was published stays published, and without an answer its quarantine stands for now.
                    case .cancelled:
                        report.isInterrupted = true
                        return
                    case .service: if failure.endsRun { return }
                    default: report.failures.append(failure)
                    }
                }
            }
        }
    }

    private func progress(
        _ report: RunReport, _ rows: PublishCounts, _ failure: StageFailure?, _ began: ContinuousClock.Instant
    ) async -> RunProgress {
        let done = report.outcomes.count + report.failures.count
        let elapsed = began.duration(to: .now)
        return RunProgress(
            done: done, total: report.planned, rows: rows.inserted + rows.revised + rows.unchanged,
            requestsLeft: await client.usage.remaining, elapsed: elapsed, failure: failure)
    }

    /// Shows the ledger that this run lives, until it is cancelled.
    private func heartbeat(_ run: RunID, _ journal: RunJournal) async {
        var seconds = 0
        while (try? await Task.sleep(for: .seconds(1))) != nil {
            seconds += 1
            await journal.keep(in: store, of: run)
            if seconds % Int(Store.leaseSeconds / 4) == 0 { try? await store.heartbeat(run) }
        }
    }

    // MARK: Before the stages

    /// Takes the batch, or waits for the run that has it. A batch that needs nothing is left as it is in the ledger:
    /// then with what is to be reported of it.
    private func claim(_ batch: Batch, _ context: RunContext) async throws -> (ClaimedBatch, upToDate: BatchOutcome?) {
        let known = ClaimedBatch(batch: batch, known: context.known[batch] ?? KnownBatch(), context: context)
        if let outcome = try await upToDate(known) { return (known, outcome) }
        let began = ContinuousClock.now
        while true {
            switch try await context.claims(batch) {
            case .granted(let known):
                let claimed = ClaimedBatch(batch: batch, known: known, context: context)
                // Another run may have finished it in the meantime.
                let outcome = try await upToDate(claimed)
                if outcome != nil { try await store.release(batch, by: context.run, error: nil) }
                return (claimed, outcome)
            case .held(let held, let holder):
                guard began.duration(to: .now) < maxWait else {
                    throw StageFailure(batch, context.plan.stages.lowerBound, .held(batch: held, by: holder))
                }
                logger.info("Waiting for another run.", metadata: ["batch": "\(held)", "run": "\(holder.id)"])
                let wait = Wait(
                    "waiting for run \(holder.id) (\(holder.command), process \(holder.pid)), which has \(held)")
                try await Waiting.for(wait) { try await Task.sleep(for: .milliseconds(500)) }
            }
        }
    }

    /// What is to be reported where a batch needs nothing: all that is landed of it is published, and each of its days
    /// was listed.
    private func upToDate(_ claimed: ClaimedBatch) async throws -> BatchOutcome? {
        let plan = claimed.plan
        guard !plan.refresh, !plan.again, plan.raw == nil, let newest = claimed.known.newest,
            newest.state == .published, claimed.known.missingDays.isEmpty
        else { return nil }
        let landed = try await landing.observations(of: claimed.batch)
        // Where the landing folder was cleared, the ledger's word is enough.
        for one in landed {
            switch claimed.known.entry(one.stamp)?.state {
            case .published: continue
            case .refused: if try await landing.acceptance(of: one) != nil { return nil }
            default: return nil
            }
        }
        if plan.isTooOld(landed) { return nil }
        try await demand(newest.observation, plan)
        return BatchOutcome(
            batch: claimed.batch, reached: nil, rawFile: newest.observation.file,
            hasProcessedFile: newest.processedFile != nil)
    }

    /// Holds a published answer against what a person demands of answers, as a new one would be.
    private func demand(_ published: Observation, _ plan: Plan) async throws {
        guard !plan.demand.isNone, plan.stages.contains(.audit) else { return }
        let listing = try await store.listing(of: published)
        let shortcomings = plan.demand.shortcomings(
            approaches: listing.approaches, days: listing.days, of: published.batch)
        guard shortcomings.isEmpty else {
            throw StageFailure(published.batch, .audit, .demand(shortcomings, isPublished: true))
        }
    }
}
