import Support
import Synchronization
import Testing

@Suite("AsyncSemaphore")
struct AsyncSemaphoreTests {
    /// How many are at work, and the most there ever were.
    private final class Gauge: Sendable {
        private let state = Mutex((now: 0, most: 0))

        var most: Int { state.withLock(\.most) }
        var now: Int { state.withLock(\.now) }

        func enter() {
            state.withLock { state in
                state.now += 1
                state.most = max(state.most, state.now)
            }
        }

        func leave() { state.withLock { $0.now -= 1 } }
    }

    /// The first ones stay inside until it is full: fewer than its width would wait for ever, more would be counted.
    @Test(
        "As many as it is wide, and no more, whether the work succeeds or fails", .timeLimit(.minutes(5)),
        arguments: [1, 3, 8])
    func width(width: Int) async {
        let (semaphore, gauge) = (AsyncSemaphore(width), Gauge())
        let failures = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<60 {
                group.addTask {
                    do {
                        try await semaphore.withPermit {
                            gauge.enter()
                            defer { gauge.leave() }
                            while gauge.most < width { try await Task.sleep(for: .milliseconds(1)) }
                            try await Task.sleep(for: .milliseconds(1))
                            if number.isMultiple(of: 3) { throw CommandFailure(.usage, "\(number)", next: "") }
                        }
                        return false
                    } catch {
                        return true
                    }
                }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(failures == 20)
        #expect(gauge.now == 0)
        #expect(gauge.most == width)
    }

    @Test("Those who wait are let in in the order in which they came")
    func order() async {
        let semaphore = AsyncSemaphore(1)
        let (gate, opener) = AsyncStream.makeStream(of: Void.self)
        let order = Locked<[Int]>([])
        let begun = Locked(false)
        let first = Task {
            await semaphore.withPermit {
                begun.change { $0 = true }
                for await _ in gate { break }
            }
        }
        while !begun.value { await Task.yield() }
        var tasks: [Task<Void, Never>] = []
        for number in 0..<10 {
            tasks.append(Task { await semaphore.withPermit { order.change { $0.append(number) } } })
            // The next one comes once this one waits, or is about to.
            while await semaphore.waitingCount < number + 1 { await Task.yield() }
        }
        opener.yield()
        await first.value
        for task in tasks { await task.value }
        #expect(order.value == Array(0..<10))
    }
}
