public import Landing
public import Logging
public import NearEarth
public import NeoWs
import Transform
public import Warehouse

/// The way of a record: extract, land, transform, audit, publish. What it works with comes in from outside.
public struct Pipeline: Sendable {
    /// NASA, or what stands in for it.
    let client: NeoWsClient
    /// The service's base URL, without credentials.
    let service: String
    let landing: LandingZone
    let store: any Store
    /// Batches under way at a time.
    let concurrency: Int
    /// How long to wait for another run to give a window up.
    let maxWait: Duration
    /// The cluster that transforms; nil for the embedded engine.
    let spark: SparkEngine?
    let logger: Logger

    /// A pipeline from its parts.
    public init(
        client: NeoWsClient, service: String, landing: LandingZone, store: any Store, concurrency: Int, maxWait: Duration,
        spark: SparkEngine? = nil, logger: Logger
    ) {
        self.client = client
        self.service = service
        self.landing = landing
        self.store = store
        self.concurrency = max(1, concurrency)
        self.maxWait = maxWait
        self.spark = spark
        self.logger = logger
    }

    /// Carries a plan out and records it in the ledger. One batch's failure leaves the others to go on, unless it would
    /// be theirs too (no key, no quota, no service).
    public func run(_ plan: Plan, progress: @Sendable (RunProgress) -> Void = { _ in }) async throws(StoreError) -> RunReport {
        let known = try await RunContext.known(plan, store)
        let run = try await store.beginRun(
            RunStart(
                command: plan.command, engine: spark == nil ? EmbeddedEngine.name : SparkEngine.name, range: plan.range, service: plan.raw?.location ?? service,
                planned: plan.batches.count),
            by: .current)
        let journal = RunJournal()
        async let _ = beat(run, journal)
        var report = RunReport(
            run: run, command: plan.command, range: plan.range, planned: plan.batches.count, outcomes: [], failures: [], notBegun: 0,
            requests: 0, waitedMilliseconds: 0)
        let gathering = gathering(plan, run)
        await RunJournal.$place.withValue(RunJournal.Place(journal: journal)) {
            logger.info("Run began.", metadata: ["run": "\(run)", "command": "\(plan.command)", "batches": "\(plan.batches.count)"])
            await processAll(
                RunContext(plan: plan, run: run, known: known, store: store, landing: landing, turns: Turns(concurrency), gathering: gathering), &report,
                progress)
            logger.info("Run ended.", metadata: ["run": "\(run)", "status": "\(report.status.rawValue)"])
        }
        await gathering?.close()
        await journal.keep(in: store, of: run)
        let usage = await client.usage
        report.requests = usage.requests
        report.waitedMilliseconds = Int(usage.waited.components.seconds * 1000 + usage.waited.components.attoseconds / 1_000_000_000_000_000)
        report.requestsLeft = usage.remaining
        try await finish(report)
        return report
    }

    /// What a batch's landed body says of itself; nil where none is landed or it can't be read.
    public func summary(of batch: Batch) async throws(LandingError) -> ScanSummary? {
        guard let landed = try await landing.latest(batch) else { return nil }
        let buffer = BodyBuffer(try await landing.read(landed))
        return try? EmbeddedEngine.transform(buffer, output: .csv).summary
    }

    /// One batch, from NASA to the published table.
    private func process(_ batch: Batch, _ work: RunContext) async throws(StageFailure) -> BatchOutcome {
        let stages = work.plan.stages
        if let record = work.known[batch], let done = try await alreadyDone(batch, record, work.plan) { return done }
        let record = try await claim(batch, work)
        // Another run may have finished it in the meantime.
        if let done = try await alreadyDone(batch, record, work.plan) { return try await givingUp(batch, done, work) }
        var outcome = BatchOutcome(batch: batch, kind: .landed)
        let evidence = try await attempt(.extract, batch, work.plan, &outcome) { (outcome) async throws(StageFailure) in
            try await extract(batch, record, work, &outcome)
        }
        if work.plan.raw != nil, let done = outcome.skipped(record) { return try await givingUp(batch, done, work) }
        if stages.contains(.transform) {
            let loads = stages.upperBound == .publish
            let staged = try await attempt(.transform, batch, work.plan, &outcome) { (outcome) async throws(StageFailure) in
                let staged =
                    if let gathering = work.gathering {
                        try await transform(batch, evidence.landed, gathering, &outcome)
                    } else {
                        try await transform(batch, evidence, &outcome)
                    }
                if !loads { try await stage(staged, work, &outcome) }
                return staged
            }
            if loads {
                try await attempt(.publish, batch, work.plan, &outcome) { (outcome) async throws(StageFailure) in try await load(staged, work, &outcome) }
                return outcome
            }
        }
        if stages.contains(.audit) {
            try await attempt(.audit, batch, work.plan, &outcome) { (outcome) async throws(StageFailure) in try await audit(batch, work, &outcome) }
        }
        if stages.contains(.publish) {
            try await attempt(.publish, batch, work.plan, &outcome) { (outcome) async throws(StageFailure) in try await publish(batch, work, &outcome) }
        }
        return outcome
    }

    /// A batch that turned out to need nothing.
    private func givingUp(_ batch: Batch, _ outcome: BatchOutcome, _ work: RunContext) async throws(StageFailure) -> BatchOutcome {
        try await inStore(batch, work.plan.stages.lowerBound) { () async throws(StoreError) in
            try await store.release(batch, by: work.run, error: nil)
        }
        return outcome
    }

    // MARK: Around the batches

    /// Batches side by side, as many as the plan allows.
    private func processAll(_ work: RunContext, _ report: inout RunReport, _ progress: @Sendable (RunProgress) -> Void) async {
        let began = ContinuousClock.now
        let plan = work.plan
        await withTaskGroup(of: Result<BatchOutcome, StageFailure>.self) { group in
            var waiting = plan.batches.makeIterator()
            var ended = false
            var begun = 0
            func beginNext() {
                guard !ended, !Task.isCancelled, let batch = waiting.next() else { return }
                begun += 1
                group.addTask {
                    await settle(batch, work)
                }
            }
            for _ in 0..<(work.gathering == nil ? plan.width(concurrency) : plan.batches.count) { beginNext() }
            while let result = await group.next() {
                switch result {
                case .success(let outcome): report.outcomes.append(outcome)
                case .failure(let failure):
                    // What another batch's end stopped says nothing of its own.
                    if ended, failure.followsFromEnd {
                        report.notBegun += 1
                    } else {
                        logger.notice("Batch failed.", metadata: ["batch": "\(failure.batch)", "stage": "\(failure.stage.rawValue)", "cause": "\(failure)"])
                        report.failures.append(failure)
                    }
                    if failure.endsRun, !ended {
                        ended = true
                        if !failure.letsOthersFinish { group.cancelAll() }
                    }
                }
                await progress(self.progress(report, result, began))
                beginNext()
            }
            if !ended { await lookAgain(work, &report) }
            report.notBegun += plan.batches.count - begun
            if Task.isCancelled, report.failures.isEmpty, begun < plan.batches.count {
                report.failures.append(StageFailure(plan.batches[begun], plan.stages.lowerBound, .cancelled))
            }
        }
    }

    /// One batch; what stops it is written into the ledger.
    private func settle(_ batch: Batch, _ work: RunContext) async -> Result<BatchOutcome, StageFailure> {
        do throws(StageFailure) {
            let outcome = try await process(batch, work)
            await work.gathering?.leave(batch)
            return .success(outcome)
        } catch {
            await work.gathering?.leave(batch)
            // The ledger says why a batch stopped; if the store is the reason, nobody can.
            try? await store.release(batch, by: work.run, error: "\(error)")
            return .failure(error)
        }
    }

    /// Where records of new bodies went to quarantine, NASA is asked again, in case they were spoilt on their way; the same bytes
    /// each time settle it. At the end and one by one: a fault that comes in turns is then met once, not over and over.
    private func lookAgain(_ work: RunContext, _ report: inout RunReport) async {
        for index in report.outcomes.indices {
            var looks = 0
            while report.outcomes[index].deservesAnotherLook, looks < Self.extraLooks, !Task.isCancelled {
                looks += 1
                let outcome = report.outcomes[index]
                logger.notice("Records in quarantine, asking again.", metadata: ["batch": "\(outcome.batch)", "quarantined": "\(outcome.quarantined)"])
                var again = work
                again.plan.refresh = true
                switch await settle(outcome.batch, again) {
                case .success(let second): report.outcomes[index].replace(with: second)
                case .failure(let failure):
                    // What was published stays published, and without an answer its quarantine stands for now; anything else is news.
                    looks = Self.extraLooks
                    if failure.isOfAsking {
                        if failure.endsRun { return }
                    } else {
                        report.failures.append(failure)
                    }
                }
            }
        }
    }

    /// How often NASA is asked again for a batch whose records break rules.
    private static let extraLooks = 2

    private func progress(_ report: RunReport, _ result: Result<BatchOutcome, StageFailure>, _ began: ContinuousClock.Instant) async -> RunProgress {
        let done = report.outcomes.count + report.failures.count
        let elapsed = began.duration(to: .now)
        let batch: Batch
        var failure: StageFailure?
        switch result {
        case .success(let outcome): batch = outcome.batch
        case .failure(let error):
            batch = error.batch
            failure = error
        }
        let rows = report.counts
        return RunProgress(
            done: done, total: report.planned, rows: rows.inserted + rows.revised + rows.unchanged, requestsLeft: await client.usage.remaining,
            elapsed: elapsed, remaining: done > 0 ? elapsed * (report.planned - done) / done : nil, batch: batch, failure: failure)
    }

    private func finish(_ report: RunReport) async throws(StoreError) {
        try await store.finishRun(
            report.run,
            RunEnd(
                status: report.status, exitCode: Int(report.exitStatus.rawValue), error: report.failures.first.map { "\($0)" },
                skipped: report.count(.skipped), failed: report.failures.count, requests: report.requests,
                waitedMilliseconds: report.waitedMilliseconds, remaining: report.requestsLeft))
    }

    /// Shows the ledger that this run lives, until it is cancelled.
    private func beat(_ run: RunID, _ journal: RunJournal) async {
        var seconds = 0
        while (try? await Task.sleep(for: .seconds(1))) != nil {
            seconds += 1
            await journal.keep(in: store, of: run)
            if seconds % Int(SQLStore.leaseSeconds / 4) == 0 { try? await store.heartbeat(run) }
        }
    }

    /// Takes the batch, or waits for the run that has it.
    private func claim(_ batch: Batch, _ work: RunContext) async throws(StageFailure) -> BatchRecord {
        let stage = work.plan.stages.lowerBound
        let began = ContinuousClock.now
        while true {
            switch try await inStore(batch, stage, { () async throws(StoreError) in try await work.claims(batch) }) {
            case .granted(let record): return record
            case .held(let held, let holder):
                guard began.duration(to: .now) < maxWait else { throw StageFailure(batch, stage, .held(batch: held, by: holder)) }
                logger.info("Waiting for another run.", metadata: ["batch": "\(held)", "run": "\(holder.id)"])
                do {
                    try await Task.sleep(for: .milliseconds(500))
                } catch {
                    throw StageFailure(batch, stage, .cancelled)
                }
            }
        }
    }

    /// What is to be reported where a batch needs nothing: it is published, from the body that is landed.
    private func alreadyDone(_ batch: Batch, _ record: BatchRecord, _ plan: Plan) async throws(StageFailure) -> BatchOutcome? {
        guard !plan.refresh, !plan.again, plan.raw == nil, let published = record.publishedSHA256 else { return nil }
        let landed = try await inLanding(batch, plan.stages.lowerBound) { () async throws(LandingError) in try await landing.latest(batch) }
        // Where the landing folder was cleared, the ledger's word is enough.
        guard landed == nil || landed?.sha256 == published, record.state != .refused else { return nil }
        if let since = plan.freshSince, landed.map({ $0.receivedAt < since }) ?? true { return nil }
        return BatchOutcome(batch: batch, kind: .skipped, rawSHA256: published, rawFile: record.rawFile, processedFile: record.processedFile)
    }

    // MARK: Errors by the room they come from

    func inStore<Result>(_ batch: Batch, _ stage: Stage, _ body: () async throws(StoreError) -> Result) async throws(StageFailure) -> Result {
        do throws(StoreError) {
            return try await body()
        } catch {
            throw StageFailure(batch, stage, Task.isCancelled ? .cancelled : .store(error))
        }
    }

    func inLanding<Result>(_ batch: Batch, _ stage: Stage, _ body: () async throws(LandingError) -> Result) async throws(StageFailure) -> Result {
        do throws(LandingError) {
            return try await body()
        } catch {
            throw StageFailure(batch, stage, Task.isCancelled ? .cancelled : .landing(error))
        }
    }
}
