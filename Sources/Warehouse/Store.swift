public import NearEarth

/// A database that Perigee publishes into: the data, its history, the quarantine and the ledger, all in one, so that a
/// publication and its checkpoint are one transaction.
public protocol Store: ScheduleLedger {
    /// Where this is, without credentials.
    var location: String { get }

    // MARK: The ledger

    /// Begins a run.
    func beginRun(_ start: RunStart, by process: ProcessIdentity) async throws(StoreError) -> RunID
    /// Shows that a run lives; other runs may take over the batches of one that does not.
    func heartbeat(_ run: RunID) async throws(StoreError)
    /// Ends a run and gives up its batches.
    func finishRun(_ run: RunID, _ end: RunEnd) async throws(StoreError)
    /// Takes batches for a run, so that no other run works on them or on windows that overlap them. Claims in the batches' order.
    func claim(_ batches: [Batch], for run: RunID) async throws(StoreError) -> [Claim]
    /// Gives a batch up; `error` says why it stopped, nil when it did not.
    func release(_ batch: Batch, by run: RunID, error: String?) async throws(StoreError)
    /// What the ledger has on these batches; nothing for one that it does not know.
    func records(of batches: [Batch]) async throws(StoreError) -> [Batch: BatchRecord]

    /// Keeps lines of a run's log; lines that are there already stay as they are.
    func keep(_ lines: [LogLine], of run: RunID) async throws(StoreError)

    // MARK: The stages

    /// Records what was landed.
    func recordLanding(_ landed: LandedFacts, of batch: Batch, by run: RunID) async throws(StoreError)
    /// Stages, audits and publishes batches, all in one transaction: what `stage`, `auditFacts`, `recordAudit` and `publish` do one by
    /// one. A batch that the rules refuse is staged, not published. The batches must not overlap, and one that is no window goes alone.
    func load(_ group: [StagedBatch], by run: RunID, movesCheckpoint: Bool, rules: @escaping @Sendable (AuditFacts) -> [QualityResult])
        async throws(StoreError) -> [LoadedBatch]
    /// Puts batches' rows into the staging table, in place of what is there of them.
    func stage(_ group: [StagedBatch], by run: RunID) async throws(StoreError)
    /// Empties the staging table of these batches, before Spark's executors write there.
    func clearStaging(_ batches: [Batch], by run: RunID) async throws(StoreError)
    /// What the batch rules ask about staged batches.
    func auditFacts(_ batches: [Batch]) async throws(StoreError) -> [AuditFacts]
    /// Records what the rules found; a batch is then audited, or refused where one of them says so.
    func recordAudit(_ results: [Batch: [QualityResult]], by run: RunID) async throws(StoreError)
    /// Moves staged batches to `nasa_neo_data`, with history, checkpoint and quarantine, in one transaction. They must not overlap, and one that is
    /// no window goes alone.
    func publish(_ batches: [Batch], by run: RunID, movesCheckpoint: Bool) async throws(StoreError) -> [PublishCounts]

    // MARK: Reading

    /// SHA-256 over the records of `nasa_neo_data` in the order of date, SPK-ID and body: the same in every store with the
    /// same content.
    func contentHash() async throws(StoreError) -> String
    /// Figures on what is held.
    func summary() async throws(StoreError) -> StoreSummary
    /// The newest runs first.
    func runs(limit: Int) async throws(StoreError) -> [RunRecord]
    /// One run.
    func run(_ id: RunID) async throws(StoreError) -> RunRecord?
    /// Batches, newest work first; of one run where one is named.
    func batches(run: RunID?, limit: Int) async throws(StoreError) -> [BatchRecord]
    /// What the rules found in a run.
    func quality(run: RunID) async throws(StoreError) -> [QualityRecord]
    /// A run's log, in order.
    func log(of run: RunID) async throws(StoreError) -> [LogLine]
    /// Quarantined records, newest first; the resolved ones only on request.
    func quarantine(includingResolved: Bool, limit: Int) async throws(StoreError) -> [QuarantineEntry]
    /// One quarantined record.
    func quarantineEntry(_ id: Int64) async throws(StoreError) -> QuarantineEntry?
    /// Published approaches.
    func approaches(_ query: ApproachQuery) async throws(StoreError) -> [PublishedApproach]

    /// Closes the connections.
    func close() async
}

/// What became of an attempt to take a batch.
public enum Claim: Sendable {
    /// It is ours; what the ledger has on it.
    case granted(BatchRecord)
    /// A run that lives has it, or a window that overlaps it.
    case held(batch: String, by: RunRecord)
}

/// One batch at a time.
extension Store {
    /// Takes a batch for a run.
    public func claim(_ batch: Batch, for run: RunID) async throws(StoreError) -> Claim {
        try Self.only(try await claim([batch], for: run), of: batch)
    }

    /// What the ledger has on a batch.
    public func batch(_ batch: Batch) async throws(StoreError) -> BatchRecord? {
        try await records(of: [batch])[batch]
    }

    /// Puts a batch's rows into the staging table.
    public func stage(_ staged: StagedBatch, by run: RunID) async throws(StoreError) {
        try await stage([staged], by: run)
    }

    /// What the batch rules ask about a staged batch.
    public func auditFacts(_ batch: Batch) async throws(StoreError) -> AuditFacts {
        try Self.only(try await auditFacts([batch]), of: batch)
    }

    /// Records what the rules found in a batch.
    public func recordAudit(_ results: [QualityResult], of batch: Batch, by run: RunID) async throws(StoreError) {
        try await recordAudit([batch: results], by: run)
    }

    /// Moves a staged batch to `nasa_neo_data`.
    public func publish(_ batch: Batch, by run: RunID, movesCheckpoint: Bool) async throws(StoreError) -> PublishCounts {
        try Self.only(try await publish([batch], by: run, movesCheckpoint: movesCheckpoint), of: batch)
    }

    private static func only<Element>(_ elements: [Element], of batch: Batch) throws(StoreError) -> Element {
        guard let element = elements.first else { throw .unreadable("nothing on \(batch)") }
        return element
    }
}
