import Foundation
import Support
import Testing

@Suite("Work side by side")
struct SideBySideTests {
    @Test("Results are in the items' order", arguments: [0, 1, 2, 50])
    func order(count: Int) async throws {
        let results = await sideBySide(Array(0..<count)) { number in
            try? await Task.sleep(for: .microseconds(50 * (count - number)))
            return number * number
        }
        #expect(results == (0..<count).map { $0 * $0 })
    }

    @Test("Of several failures, the first item's is told")
    func failures() async {
        await #expect {
            _ = try await sideBySide(Array(0..<20)) { number in
                if number >= 5 { throw CommandFailure(.usage, "\(number)", next: "") }
                return number
            }
        } throws: { "\($0)" == "5" }
    }

    @Test("A call that blocks holds no other task up")
    func blocking() async throws {
        // More calls than the tasks have threads, each of which waits until all have begun.
        let count = 2 * ProcessInfo.processInfo.activeProcessorCount + 2
        let begun = Locked(0)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<count {
                group.addTask {
                    try await Blocking.run {
                        begun.change { $0 += 1 }
                        let end = Date(timeIntervalSinceNow: 20)
                        while begun.value < count, Date() < end { usleep(1000) }
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(begun.value == count)
        let failure = await #expect(throws: CommandFailure.self) {
            try await Blocking.run { throw CommandFailure(.usage, "x", next: "y") }
        }
        #expect(failure?.report.nextStep == "y")
    }
}
