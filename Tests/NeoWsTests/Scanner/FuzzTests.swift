import Foundation
import NeoWs
import PerigeeTesting
import Testing

@Suite("Scanner: against Foundation and a strict reader, on damaged bodies")
struct FuzzTests {
    /// How often each verdict was given, so that a test knows it tested something.
    struct Tally {
        var accepted = 0
        var refused = 0
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func agreesOnTwentyThousandMutations(seed: UInt64) throws {
        var random = SeededRandom(seed: seed)
        var tally = Tally()
        let bodies = [
            Sample.week, Sample.browse([Sample.object(), Sample.object(id: "7", name: #"\u00e9 \ud83d\ude80 漢"#)]),
            Sample.object(),
        ].map {
            Array($0.utf8)
        }
        for _ in 0..<5000 {
            let body = bodies[random.below(bodies.count)]
            guard Self.agrees(Mutation.mutate(body, &random), &tally) else { return }
        }
        #expect(tally.accepted > 300 && tally.refused > 1500, "\(tally)")
    }

    @Test(arguments: Specimen.all)
    func agreesOnMutationsOfWholeFeeds(_ feed: Specimen) throws {
        var random = SeededRandom(seed: 5)
        var tally = Tally()
        for _ in 0..<150 {
            guard Self.agrees(Mutation.mutate(feed.bytes, &random), &tally) else { return }
        }
        #expect(tally.accepted > 5 && tally.refused > 30, "\(tally)")
    }

    @Test(arguments: Specimen.detailed)
    func survivesMutationsOfDetailedFeeds(_ feed: Specimen) throws {
        var random = SeededRandom(seed: 6)
        var refused = 0
        for _ in 0..<3000 where Scanned.error(Mutation.mutate(feed.bytes, &random)) != nil { refused += 1 }
        #expect(refused > 500)
    }

    @Test func survivesRandomBytes() {
        var random = SeededRandom(seed: 8)
        let json = Array("{}[]\":,\\u0019.-eE truefalsn".utf8)
        for round in 0..<20_000 {
            let length = random.below(200)
            let bytes = (0..<length).map { _ in
                round % 2 == 0 ? UInt8(random.below(256)) : json[random.below(json.count)]
            }
            guard let error = Scanned.error(bytes) else {
                Issue.record("accepted: \(String(decoding: bytes, as: UTF8.self))")
                return
            }
            guard (0...length).contains(error.offset), error.path.hasPrefix("$") else {
                Issue.record("\(error) for \(length) bytes")
                return
            }
        }
    }

    /// Whether the scanner's verdict is one that the other two readers bear out; an issue where it is not.
    private static func agrees(_ body: [UInt8], _ tally: inout Tally) -> Bool {
        let strict = Result { () throws(StrictJSON.Invalid) in try StrictJSON.read(body) }
        var complaint: String?
        do throws(ScanError) {
            let scanned = try Scanned.scan(body)
            tally.accepted += 1
            complaint = doubts(about: scanned, body, strict)
        } catch {
            tally.refused += 1
            let document = try? strict.get()
            switch error.problem {
            case .syntax(let detail) where detail.hasPrefix("nested"):
                if let document, document.depth <= 64 { complaint = "is not that deep" }
            case .syntax, .truncated, .encoding: if document != nil { complaint = "is valid JSON" }
            case .duplicateKey: if let document, !document.hasDuplicateKeys { complaint = "has no key twice" }
            case .wrongType, .errorEnvelope, .notNeoWs: break
            }
            if let found = complaint { complaint = "\(found), the scanner says: \(error)" }
        }
        guard let complaint else { return true }
        Issue.record("\(complaint)\n\(String(decoding: body.prefix(6000), as: UTF8.self))")
        return false
    }

    /// What speaks against an acceptance; nil where nothing does.
    private static func doubts(
        about scanned: Scanned, _ body: [UInt8], _ strict: Result<StrictJSON.Document, StrictJSON.Invalid>
    ) -> String? {
        guard case .success(let document) = strict else { return "accepted what is not JSON" }
        if document.hasDuplicateKeys { return "accepted a key twice" }
        if document.depth > 64 { return "accepted \(document.depth) levels" }
        guard let foundation = try? JSONSerialization.jsonObject(with: Data(body)) as? [String: Any] else {
            return document.isBeyondFoundation ? nil : "accepted what Foundation refuses"
        }
        let expected = Self.count(foundation)
        let found = (scanned.objects.count, scanned.objects.reduce(0) { $0 + $1.approaches.count })
        return expected == found ? nil : "counts \(found) objects and approaches, Foundation \(expected)"
    }

    private static func count(_ document: [String: Any]) -> (Int, Int) {
        let objects: [Any]
        switch document["near_earth_objects"] {
        case let days as [String: Any]: objects = days.values.flatMap { $0 as? [Any] ?? [] }
        case let page as [Any]: objects = page
        default: objects = [document]
        }
        return (
            objects.count,
            objects.reduce(0) { $0 + ((($1 as? [String: Any])?["close_approach_data"] as? [Any])?.count ?? 0) }
        )
    }
}
