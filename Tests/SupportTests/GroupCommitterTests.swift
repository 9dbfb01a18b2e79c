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

    /// Calls with all numbers at once; each one's output or failure.
    private static func call(
        _ committer: GroupCommitter<Int, Int, Fault>, _ numbers: Range<Int>
    ) async -> [Int: Result<Int, Fault>] {
        await withTaskGroup(of: (Int, Result<Int, Fault>).self) { group in
            for number in numbers {
                group.addTask {
                    do throws(Fault) {
                        return (number, .success(try await committer(number)))
                    } catch {
                        return (number, .failure(error))
                    }
                }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }

    @Test(
        "Each call gets its own output, in groups of the limit at most, and each input is in one group",
        arguments: [1, 7, 100])
    func groups(limit: Int) async {
        let groups = Mutex<[[Int]]>([])
        let committer = GroupCommitter<Int, Int, Fault>(limit: limit, concernsOne: { _ in false }) {
            numbers throws(Fault) in
            groups.withLock { $0.append(numbers) }
            return numbers.map { $0 * 2 }
        }
        let results = await Self.call(committer, 0..<100)
        #expect(results == Dictionary(uniqueKeysWithValues: (0..<100).map { ($0, .success($0 * 2)) }))
        let made = groups.withLock { $0 }
        #expect(made.allSatisfy { !$0.isEmpty && $0.count <= limit })
        #expect(made.joined().sorted() == Array(0..<100))
    }

    @Test("Where more are expected, a group waits for them")
    func expected() async {
        let groups = Mutex<[Int]>([])
        let committer = GroupCommitter<Int, Int, Fault>(limit: 20, expected: 20, concernsOne: { _ in false }) {
            numbers throws(Fault) in
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
        let committer = GroupCommitter<Int, Int, Fault>(
            limit: 50, expected: 60, mayJoin: { number, group in !group.contains { $0 % 5 == number % 5 } },
            concernsOne: { _ in false }
        ) { numbers throws(Fault) in
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
        let committer = GroupCommitter<Int, Int, Fault>(
            limit: 16, expected: 40, concernsOne: { if case .bad = $0 { true } else { false } }
        ) { numbers throws(Fault) in
            if let first = numbers.first(where: bad.contains) { throw .bad(first) }
            return numbers
        }
        let results = await Self.call(committer, 0..<40)
        for number in 0..<40 {
            #expect(results[number] == (bad.contains(number) ? .failure(.bad(number)) : .success(number)))
        }
        let calls = Mutex(0)
        let broken = GroupCommitter<Int, Int, Fault>(
            limit: 40, expected: 40, concernsOne: { if case .bad = $0 { true } else { false } }
        ) { _ throws(Fault) in
            calls.withLock { $0 += 1 }
            throw .down
        }
        #expect(await Self.call(broken, 0..<40).values.allSatisfy { $0 == .failure(.down) })
        #expect(calls.withLock { $0 } < 40)
    }

    @Test("A caller that is cancelled does not cancel what it is in with others")
    func cancelled() async throws {
        let committer = GroupCommitter<Int, Int, Fault>(limit: 10, expected: 2, concernsOne: { _ in false }) {
            numbers throws(Fault) in
            try? await Task.sleep(for: .milliseconds(20))
            guard !Task.isCancelled else { throw .down }
            return numbers
        }
        let first = Task { () async throws(Fault) -> Int in try await committer(1) }
        let second = Task { () async throws(Fault) -> Int in try await committer(2) }
        first.cancel()
        #expect(try await second.value == 2)
        #expect(try await first.value == 1)
    }
}
