/// Lets so many in at a time, the others in the order in which they came.
public actor AsyncSemaphore {
    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    /// A semaphore for `width` at a time.
    public init(_ width: Int) {
        free = width
    }

    /// How many wait for a permit.
    public var waitingCount: Int { waiting.count }

    /// Does the work once a permit is free.
    public func withPermit<Result: Sendable, Failure: Error>(_ work: @Sendable () async throws(Failure) -> Result)
        async throws(Failure) -> Result
    {
        await acquire()
        defer { release() }
        return try await work()
    }

    private func acquire() async {
        guard free == 0 else {
            free -= 1
            return
        }
        await withCheckedContinuation { waiting.append($0) }
    }

    private func release() {
        guard !waiting.isEmpty else {
            free += 1
            return
        }
        waiting.removeFirst().resume()
    }
}
