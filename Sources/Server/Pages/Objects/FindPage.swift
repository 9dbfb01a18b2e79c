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
        let count = words.isEmpty ? try await names(context.store, context.call.server).count : 0
        return Page(
            title: "Find an object", content: content(words, found, of: count),
            query: words
        ).answer(context)
    }

    private static func find(_ words: String, _ context: PageContext) async throws -> [ObjectName] {
        ObjectName.find(words, in: try await names(context.store, context.call.server), most: most)
    }

    /// Every object's name.
    static func names(_ store: Store, _ server: ServerState) async throws -> [ObjectName] {
        try await server.names.value(0, of: try await store.publication().number) {
            try await store.names().map { ObjectName(id: $0.id, name: $0.name) }
        }
    }

    private static func content(_ words: String, _ found: [ObjectName], of count: Int) -> Markup {
        guard !words.isEmpty else {
            return """
                <h1>Find an object.</h1><p class="lede">Type a name (Apophis), a designation (2011 ES4), a number (433) or an SPK-ID (2000433) into \
                the field above. This store knows \(Words.count(count, "object")).</p>
                """
        }
        guard !found.isEmpty else {
            let number = ObjectName.spkID(ofNumber: words)
            let isID = words.wholeMatch(of: /[0-9]{7,8}/) != nil
            let id = number ?? (isID ? words : "SPK-ID")
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
