import Foundation
import PerigeeTesting
import Testing

/// An answer to another question than the one that was asked is refused, and kept.
struct AnswersRequestTests {
    private static let two = ["3000001", "3000002"].flatMap { id in
        (0..<5).map { Sky.Approach(id: id, day: "202\($0)-02-03") }
    }

    @Test("A lookup that is answered with another object is refused with 65, and says which it is")
    func otherObject() async throws {
        try await Sky.serve(Self.two) { sky, place in
            sky.revise { $0.shown = "3000002" }
            let refused = try await place.perigee("lookup", "3000001")
            #expect(refused.status == 65)
            #expect(refused.errors.contains("asked for 3000001, answered with 3000002"), "\(refused.errors)")
        }
    }

    @Test("A lookup that is answered with another object takes nothing of the first one back")
    func otherObjectRetiresNothing() async throws {
        try await Sky.serve(Self.two) { sky, place in
            _ = try await place.json("lookup", "3000001")
            sky.revise { $0.shown = "3000002" }
            _ = try await place.perigee("lookup", "3000001")
            #expect(try await place.ids() == Array(repeating: "3000001", count: 5))
        }
    }

    @Test("Not even a person can accept it")
    func notAcceptable() async throws {
        try await Sky.serve(Self.two) { sky, place in
            sky.revise { $0.shown = "3000002" }
            _ = try await place.perigee("lookup", "3000001", "--accept-removals")
            let refused = try await place.perigee("lookup", "3000001", "--accept-removals")
            #expect(refused.status == 65)
            #expect(try await place.ids() == [])
        }
    }

    @Test("The answer of another question is kept")
    func isKept() async throws {
        try await Sky.serve(Self.two) { sky, place in
            sky.revise { $0.shown = "3000002" }
            _ = try await place.json("lookup", "3000001", status: 65)
            let kept = try place.landed("nasa_neo_raw_object_3000001").filter { !$0.hasSuffix(".manifest.json") }
            let body = try #require(try kept.map { try place.bytes("\(Workplace.landing)/\($0)") }.first)
            #expect(String(decoding: body, as: UTF8.self).contains(#""id":"3000002""#))
        }
    }

    @Test("A page of the catalog that bears another number is refused with 65")
    func otherPage() async throws {
        try await Sky.serve(Self.two) { sky, place in
            sky.revise { $0.page = 3 }
            let refused = try await place.perigee("browse", "--page", "2")
            #expect(refused.status == 65)
            #expect(refused.errors.contains("asked for page 2, answered with page 3"), "\(refused.errors)")
            #expect(try await place.ids() == [])
        }
    }
}
