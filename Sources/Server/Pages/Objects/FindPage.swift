import Charts
import Foundation
import HTTPTypes
import NIOCore
import NearEarth
import Warehouse

/// Finding an object by name, designation, number or SPK-ID.
enum FindPage {
    private static let most = 50

    static let page = Route.page(
        "/objects",
        [
            Parameter(
                name: "q", kind: .text(pattern: "[^\\p{Cc}]{1,100}", longest: 100),
                meaning: "A name, a designation, a number or an SPK-ID.")
        ]
    ) { context in
        let words = (context.arguments["q"] ?? "").trimmingCharacters(in: .whitespaces)
        let found = words.isEmpty ? [] : try await find(words, context)
        // One that can't be meant otherwise is shown at once.
        if found.count == 1, let only = found.first { return .redirect("/objects/\(only.id)") }
        return Page(
            title: "Find an object", content: content(words, found, isSimulated: context.overview.isSimulated),
            query: words
        ).answer(context)
    }

    private static func find(_ words: String, _ context: PageContext) async throws -> [(id: String, name: String)] {
        let names = try await names(context.store, context.call.server)
        let wanted = plain(words)
        guard !wanted.isEmpty else { return [] }
        // An SPK-ID, the number of a numbered asteroid (433 is 2000433 or 20000433), or the whole name.
        let numbers =
            Int(words).map { number in
                [2_000_000, 20_000_000].map { "\($0 + number % 1_000_000_000)" }
            } ?? []
        let exact = names.filter { $0.id == words || $0.plain == wanted || numbers.contains($0.id) }
        if exact.count == 1 { return exact.map { ($0.id, $0.name) } }
        // Those that begin with it, then those that have it.
        let having = names.filter { $0.has(wanted) }
        let starting = having.filter { $0.plain.starts(with: wanted) }
        return (starting + having.filter { !$0.plain.starts(with: wanted) }).prefix(most).map { ($0.id, $0.name) }
    }

    /// Every object's name.
    static func names(_ store: Store, _ server: ServerState) async throws -> [ObjectName] {
        try await server.names.value(0, of: try await store.publication().number) {
            try await store.names().map { ObjectName(id: $0.id, name: $0.name) }
        }
    }

    /// Without what people leave out: case, brackets, spaces.
    fileprivate static func plain(_ text: String) -> [UInt8] {
        text.lowercased().utf8.filter { !" ()-_".utf8.contains($0) }
    }

    private static func content(_ words: String, _ found: [(id: String, name: String)], isSimulated: Bool) -> Markup {
        guard !words.isEmpty else {
            return """
                <h1>Find an object.</h1><p class="lede">Type a name (Apophis), a designation (2011 ES4), a number (433) or an SPK-ID (2000433) into \
                the field above.</p>
                """
        }
        guard !found.isEmpty else {
            let isID = words.wholeMatch(of: /[0-9]{7,8}/) != nil
            let id =
                isID ? words : words.wholeMatch(of: /[0-9]{1,6}/) != nil ? "\(2_000_000 + (Int(words) ?? 0))" : "SPK-ID"
            return """
                <h1>This store knows no “\(words)”.</h1><p class="lede">NASA may know it: a lookup brings all approaches of one object, and its orbit.\
                \(isID || id != "SPK-ID" ? "" : " Its SPK-ID stands in JPL’s Small-Body Database.")</p>
                <p class="more"><code class="command" tabindex="0">perigee lookup \(id)</code></p>
                <p class="more"><a class="button" href="https://ssd.jpl.nasa.gov/tools/sbdb_lookup.html#/?sstr=\(URLText.escaped(words))">Search JPL’s database ↗</a></p>
                """
        }
        let rows = found.map { object -> Markup in
            #"<tr><td><a href="/objects/\#(object.id)">\#(object.name)</a></td><td class="n">\#(object.id)</td></tr>"#
        }
        return """
            <h1>\(found.count == most ? "The first \(most)" : Words.count(found.count)) objects match “\(words)”.</h1>
            <section><div class="scroll"><table><thead><tr><th scope="col">Object</th><th scope="col" class="n">SPK-ID</th></tr></thead>\
            <tbody>\(rows)</tbody></table></div></section>
            """
    }
}

/// An object's name, ready to be searched.
struct ObjectName: Sendable {
    let id: String
    let name: String
    /// Its bytes without what people leave out.
    let plain: [UInt8]

    init(id: String, name: String) {
        (self.id, self.name) = (id, name)
        plain = FindPage.plain(name)
    }

    /// Whether some bytes are in it.
    func has(_ wanted: [UInt8]) -> Bool {
        guard let first = wanted.first, plain.count >= wanted.count else { return false }
        for start in 0...(plain.count - wanted.count) where plain[start] == first {
            if plain[start...].starts(with: wanted) { return true }
        }
        return false
    }
}
