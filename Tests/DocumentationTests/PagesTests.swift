import Foundation
import PerigeeTesting
import Testing

/// The pages can be read: their links lead somewhere, and their lines fit.
struct PagesTests {
    @Test("Each relative link leads to a file that is there, and its anchor to a heading", arguments: Pages.all)
    func links(page: String) throws {
        for link in try Pages.links(page) where !link.contains("://") && !link.hasPrefix("mailto:") {
            let (path, anchor) = Pages.target(of: link, on: page)
            let isThere = FileManager.default.fileExists(atPath: Pages.root.appendingPathComponent(path).path)
            #expect(isThere, "\(page) links to \(link), which is not there")
            guard isThere, let anchor else { continue }
            let anchors = try Pages.anchors(path)
            #expect(anchors.contains(anchor), "\(page) links to \(link), and \(path) has no such heading")
        }
    }

    @Test("Lines outside of tables and code have at most 120 columns", arguments: Pages.all)
    func width(page: String) throws {
        for (number, line) in try Pages.prose(page) where !line.hasPrefix("|") {
            #expect(line.count <= 120, "\(page):\(number) has \(line.count) columns")
        }
    }

    @Test("The README has one screen and a half")
    func oneScreenAndAHalf() throws {
        let lines = try Pages.text("README.md").split(separator: "\n", omittingEmptySubsequences: false)
        #expect(lines.count <= 96)
        for (index, line) in lines.enumerated() { #expect(line.count <= 120, "README.md:\(index + 1)") }
    }

    @Test("From the README each topic and each page is at most two clicks away")
    func twoClicks() throws {
        var reached: Set<String> = ["README.md"]
        var newest = reached
        for _ in 0..<2 {
            let links = try newest.flatMap { page in
                try Pages.links(page).filter { !$0.contains("://") }.map { Pages.target(of: $0, on: page).path }
            }
            newest = Set(links.filter { $0.hasSuffix(".md") }).subtracting(reached)
            reached.formUnion(newest)
        }
        for page in Pages.docs { #expect(reached.contains(page), "\(page) is not linked") }
        let headings = try reached.flatMap { try Pages.headings($0) }
        for topic in ["First run", "MySQL", "Spark", "Airflow", "S3", "Scheduling", "restore", "Troubleshooting"] {
            #expect(headings.contains { $0.contains(topic) }, "no heading about \(topic) within two clicks")
        }
    }
}
