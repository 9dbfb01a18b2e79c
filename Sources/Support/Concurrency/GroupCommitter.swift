/// Joins calls: those that come while one is under way are made by the next one, all in one transaction. With one batch
/// at a time each goes by itself, at once; with many, a transaction's cost is shared by hundreds. While a full group is
/// in its transaction, the next one is made ready for its own.
public actor GroupCommitter<Input: Sendable, Output: Sendable> {
    private let limit: Int
    private let expected: Int
    private let mayJoin: @Sendable (Input, [Input]) -> Bool
    private let concernsOne: @Sendable (any Error) -> Bool
    private let perform: @Sendable ([Input]) async throws -> [Output]
    private typealias Call = (input: Input, continuation: CheckedContinuation<Result<Output, any Error>, Never>)
    private var waiting: [Call] = []
    private var arrived = 0
    private var working = 0

    /// Groups under way at a time.
    private static var width: Int { 2 }

    /// How long a group that is less than half full waits for more, where more are expected.
    private static var patience: Duration { .milliseconds(100) }

    /// Calls of `perform`, whose outputs are in the order of its inputs. `expected` is how many inputs will come in
    /// short order, as far as is known; `mayJoin` tells whether an input may go with those before it, `concernsOne`
    /// whether a failure may be a single input's: then each is tried by itself.
    public init(
        limit: Int, expected: Int = 0, mayJoin: @escaping @Sendable (Input, [Input]) -> Bool = { _, _ in true },
        concernsOne: @escaping @Sendable (any Error) -> Bool,
        _ perform: @escaping @Sendable ([Input]) async throws -> [Output]
    ) {
        self.limit = limit
        self.expected = expected
        self.mayJoin = mayJoin
        self.concernsOne = concernsOne
        self.perform = perform
    }

    /// The output for one input.
    public func callAsFunction(_ input: Input) async throws -> Output {
        let result = await withCheckedContinuation { continuation in
            waiting.append((input, continuation))
            arrived += 1
            guard working == 0 || working < Self.width && waiting.count >= limit else { return }
            working += 1
            // Not the caller's own task: its cancellation must not be that of the others.
            Task { await work() }
        }
        return try result.get()
    }

    private func work() async {
        // Beside another group only a whole one is worth it: what comes one by one is to be joined.
        while !waiting.isEmpty, working == 1 || waiting.count >= limit {
            let began = ContinuousClock.now
            while waiting.count < limit / 2, arrived < expected, began.duration(to: .now) < Self.patience,
                CancellationFlag.current?.isSet != true
            {
                try? await Task.sleep(for: .milliseconds(5))
            }
            // The other worker may have taken all.
            guard !waiting.isEmpty else { break }
            var group: [Input] = []
            var (calls, rest): ([Call], [Call]) = ([], [])
            for call in waiting {
                if group.count < limit, group.isEmpty || mayJoin(call.input, group) {
                    group.append(call.input)
                    calls.append(call)
                } else {
                    rest.append(call)
                }
            }
            waiting = rest
            for (call, result) in zip(calls, await results(group)) { call.continuation.resume(returning: result) }
        }
        working -= 1
    }

    /// What one input alone is to blame for must not become the others' failure.
    private func results(_ group: [Input]) async -> [Result<Output, any Error>] {
        do {
            let outputs = try await perform(group)
            precondition(outputs.count == group.count, "\(outputs.count) answers to \(group.count) questions")
            return outputs.map { .success($0) }
        } catch {
            guard group.count > 1, concernsOne(error) else { return group.map { _ in .failure(error) } }
            var results: [Result<Output, any Error>] = []
            for input in group { results += await self.results([input]) }
            return results
        }
    }
}
