import PerigeeTesting
import Support
import Synchronization
import Testing

@Suite("GroupCommitter")
struct GroupCommitterTests {
    /// What a group's transaction may fail with.
    private enum Fault: Error, Equatable {
        /// One input's own.
        case bad(Int)
        /// Everyone's.
        case down
    }

    /// What became of a call.
    private enum Outcome: Equatable, Sendable {
        case output(Int)
        case fault(Fault)
        case other
    }

    private typealias Committer = GroupCommitter<Int, Int>

    /// Calls with all numbers at once; what became of each.
    private static func call(_ committer: Committer, _ numbers: Range<Int>) async -> [Int: Outcome] {
        await withTaskGroup(of: (number: Int, outcome: Outcome).self) { group in
            for number in numbers {
                group.addTask {
                    let outcome = await outcome(of: number, committer)
                    return (number, outcome)
                }
            }
            var outcomes: [Int: Outcome] = [:]
            for await call in group { outcomes[call.number] = call.outcome }
            return outcomes
        }
    }

    private static func outcome(of number: Int, _ committer: Committer) async -> Outcome {
        do {
            return .output(try await committer(number))
        } catch {
            return (error as? Fault).map(Outcome.fault) ?? .other
        }
    }

    @Test(
        "Each call gets its own output, in groups of the limit at most, and each input is in one group",
        arguments: [1, 7, 100])
    func groups(limit: Int) async {
        let groups = Mutex<[[Int]]>([])
        let committer = Committer(limit: limit, concernsOne: { _ in false }) {
            numbers in
            groups.withLock { $0.append(numbers) }
            return numbers.map { $0 * 2 }
        }
        let results = await Self.call(committer, 0..<100)
        #expect(results == Dictionary(uniqueKeysWithValues: (0..<100).map { ($0, .output($0 * 2)) }))
        let made = groups.withLock { $0 }
        #expect(made.allSatisfy { !$0.isEmpty && $0.count <= limit })
        #expect(made.joined().sorted() == Array(0..<100))
    }

    @Test("Where more are expected, a group waits for them")
    func expected() async {
        let groups = Mutex<[Int]>([])
        let committer = Committer(limit: 20, expected: 20, concernsOne: { _ in false }) {
            numbers in
            groups.withLock { $0.append(numbers.count) }
            return numbers
        }
        _ = await Self.call(committer, 0..<20)
        // The first caller alone would otherwise be a group.
        #expect(groups.withLock { $0.first ?? 0 } > 1)
    }

    @Test("Inputs that must not be together never are")
    func mayJoin() async {
        let groups = Mutex<[[Int]]>([])
        let committer = Committer(
            limit: 50, expected: 60, mayJoin: { number, group in !group.contains { $0 % 5 == number % 5 } },
            concernsOne: { _ in false }
        ) { numbers in
            groups.withLock { $0.append(numbers) }
            return numbers
        }
        let results = await Self.call(committer, 0..<60)
        #expect(results.count == 60)
        #expect(groups.withLock { $0 }.allSatisfy { Set($0.map { $0 % 5 }).count == $0.count })
    }

    @Test("One input's failure is its own; a failure of all is everyone's", arguments: 0..<20 as Range<UInt64>)
    func failures(seed: UInt64) async {
        var random = SeededRandom(seed: seed)
        let bad = Set((0..<40).filter { _ in Int.random(in: 0..<8, using: &random) == 0 })
        let committer = Committer(
            limit: 16, expected: 40, concernsOne: { if case Fault.bad = $0 { true } else { false } }
        ) { numbers in
            if let first = numbers.first(where: bad.contains) { throw Fault.bad(first) }
            return numbers
        }
        let results = await Self.call(committer, 0..<40)
        for number in 0..<40 {
            #expect(results[number] == (bad.contains(number) ? .fault(.bad(number)) : .output(number)))
        }
        let calls = Mutex(0)
        let broken = Committer(
            limit: 40, expected: 40, concernsOne: { if case Fault.bad = $0 { true } else { false } }
        ) { _ in
            calls.withLock { $0 += 1 }
            throw Fault.down
        }
        #expect(await Self.call(broken, 0..<40).values.allSatisfy { $0 == .fault(.down) })
        #expect(calls.withLock { $0 } < 40)
    }

    @Test("A caller that is cancelled does not cancel what it is in with others")
    func cancelled() async throws {
        let committer = Committer(limit: 10, expected: 2, concernsOne: { _ in false }) {
            numbers in
            try? await Task.sleep(for: .milliseconds(20))
            guard !Task.isCancelled else { throw Fault.down }
            return numbers
        }
        let first = Task { try await committer(1) }
        let second = Task { try await committer(2) }
        first.cancel()
        #expect(try await second.value == 2)
        #expect(try await first.value == 1)
    }
}
