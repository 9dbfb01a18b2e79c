import Foundation
import PerigeeTesting
import Testing

/// What pages say of the sources is there.
struct GuaranteesTests {
    @Test("Each test that docs/guarantees.md names is there")
    func tests() throws {
        let page = try Pages.text("docs/guarantees.md")
        var count = 0
        for entry in page.matches(of: /\]\(\.\.\/(Tests\/[A-Za-z\/]+\.swift)\): ((?:`[A-Za-z0-9]+`(?:, )?)+)/) {
            let file = try Pages.text(String(entry.1))
            for name in entry.2.matches(of: /`([A-Za-z0-9]+)`/) {
                count += 1
                #expect(file.contains("func \(name.1)("), "\(entry.1) has no test \(name.1)")
            }
        }
        #expect(count >= 100)
        // Each promise has one.
        for row in page.split(separator: "\n") where row.hasPrefix("| ") && !row.hasPrefix("| promise") {
            #expect(row.contains("](../Tests/"), "no test holds this promise: \(row)")
        }
    }

    @Test("The path of one record, in docs/architecture.md, has at most ten hops, and each function is in its file")
    func hops() throws {
        let page = try Pages.text("docs/architecture.md")
        let hops = page.matches(
            of: /(?m)^\| (\d+) \| `([A-Za-z]+)` \| \[[^\]]+\]\(\.\.\/(Sources\/[A-Za-z\/+]+\.swift)\) \|/)
        #expect((1...10).contains(hops.count))
        for (index, hop) in hops.enumerated() {
            #expect(hop.1 == "\(index + 1)")
            let file = try Pages.text(String(hop.3))
            let isThere = file.contains("func \(hop.2)(") || file.contains("func \(hop.2)<")
            #expect(isThere, "\(hop.3) has no function \(hop.2)")
        }
    }
}
