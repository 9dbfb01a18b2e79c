public import NearEarth

/// A database that Perigee publishes into: the data, its history, the quarantine and the ledger, all in one, so that a
/// publication and its checkpoint are one transaction.
public protocol Store: Sendable {
    /// Where this is, without credentials.
    var location: String { get }

    // MARK: The ledger

    /// Begins a run.
    func beginRun(_ start: RunStart, by process: ProcessIdentity) async throws(StoreError) -> RunID
    /// Shows that a run lives; other runs may take over the batches of one that does not.
    func heartbeat(_ run: RunID) async throws(StoreError)
    /// Ends a run and gives up its batches.
    func finishRun(_ run: RunID, _ end: RunEnd) async throws(StoreError)
    /// Takes a batch for a run, so that no other run works on it or on a window that overlaps it.
    func claim(_ batch: Batch, for run: RunID) async throws(StoreError) -> Claim
    /// Gives a batch up; `error` says why it stopped, nil when it did not.
    func release(_ batch: Batch, by run: RunID, error: String?) async throws(StoreError)
    /// What the ledger has on a batch.
    func batch(_ batch: Batch) async throws(StoreError) -> BatchRecord?

    // MARK: The stages

    /// Records what was landed.
    func recordLanding(_ landed: LandedFacts, of batch: Batch, by run: RunID) async throws(StoreError)
    /// Puts a batch's rows into the staging table, in place of what is there of it.
    func stage(_ staged: StagedBatch, by run: RunID) async throws(StoreError)
    /// What the batch rules ask about.
    func auditFacts(_ batch: Batch) async throws(StoreError) -> AuditFacts
    /// Records what the rules found; the batch is then audited, or refused where one of them says so.
    func recordAudit(_ results: [QualityResult], of batch: Batch, by run: RunID) async throws(StoreError)
    /// Moves a batch from the staging table to `nasa_neo_data`, with history, checkpoint and quarantine, in one transaction.
    func publish(_ batch: Batch, by run: RunID, movesCheckpoint: Bool) async throws(StoreError) -> PublishCounts

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
    /// It is ours.
    case granted
    /// A run that lives has it, or a window that overlaps it.
    case held(batch: String, by: RunRecord)
}
