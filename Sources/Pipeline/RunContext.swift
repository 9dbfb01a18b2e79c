import Landing
import NearEarth
import Support
import Transform
import Warehouse

/// A run under way: its plan, its number, and the store as its batches call it, side by side.
struct RunContext: Sendable {
    var plan: Plan
    let run: RunID
    /// Whose data the store holds: `nasa`, `simulated`, or nil while it is empty.
    let origin: String?
    /// What the log had of its batches when it began; a claim says what it has by then.
    let known: [Batch: KnownBatch]
    let claims: GroupCommitter<Batch, Claim>
    let audits: GroupCommitter<TransformedBatch, AuditedBatch>
    let publications: GroupCommitter<AuditedBatch, PublishCounts>
    /// How many may ask the service at a time.
    let requests: AsyncSemaphore

    /// Batches in a transaction at most: weeks of today's feed have some 11,000 rows.
    static let limit = 128

    init(_ pipeline: Pipeline, _ plan: Plan, run: RunID, known: [Batch: KnownBatch], origin: String?) {
        self.plan = plan
        self.run = run
        self.origin = origin
        self.known = known
        requests = AsyncSemaphore(pipeline.concurrency)
        // Where no service is waited for, all batches come within moments: transactions are worth filling.
        let expected = plan.isBulk ? plan.batches.count : 0
        claims = GroupCommitter(limit: Self.limit, expected: expected, concernsOne: Self.mayConcernOne) {
            try await pipeline.store.claim($0, for: run)
        }
        audits = GroupCommitter(
            limit: Self.limit, expected: expected, mayJoin: Self.mayJoin, concernsOne: Self.mayConcernOne
        ) { try await pipeline.audit($0, acceptsRemovals: plan.acceptsRemovals) }
        publications = GroupCommitter(
            limit: Self.limit, expected: expected, mayJoin: Self.mayJoin, concernsOne: Self.mayConcernOne
        ) { try await pipeline.store.publish($0.map(\.items), by: run, checkpointLimit: plan.checkpointLimit) }
    }

    /// Windows that share no day concern different rows; what is not a window goes alone.
    @Sendable private static func mayJoin<Value: BatchValue>(_ value: Value, _ group: [Value]) -> Bool {
        value.batch.window != nil && group.allSatisfy { $0.batch.window != nil && !$0.batch.overlaps(value.batch) }
    }

    /// Whether it may be one batch that is to blame for an error, and not the store or the landing zone.
    @Sendable private static func mayConcernOne(_ error: any Error) -> Bool {
        switch error {
        case LandingError.damaged, StoreError.leaseLost, StoreError.notReady, StoreError.mixedOrigin, StoreError.failed,
            StoreError.unreadable:
            true
        default: false
        }
    }
}
