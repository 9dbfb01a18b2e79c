import Charts
import Foundation
import HTTPTypes
import NIOCore
import Warehouse

/// Controls that several pages have.
enum Controls {
    /// Links of which one is where we are.
    static func pick(_ label: String, _ items: [(words: String, url: String, isOn: Bool)]) -> Markup {
        let links = items.map { item -> Markup in
            #"<a href="\#(item.url)"\#(item.isOn ? #" aria-current="true""# as Markup : .none)>\#(item.words)</a>"#
        }
        return #"<nav class="pick" aria-label="\#(label)">\#(links)</nav>"#
    }

    /// A number that leads to what it is made of; nothing leads nowhere.
    static func number(_ count: Int, _ url: String) -> Markup {
        count == 0 ? "0" : #"<a href="\#(url)">\#(Words.count(count))</a>"#
    }

    /// How many approaches a run added, revised or retired, which leads to them.
    static func changes(_ count: Int, _ run: RunID, _ what: String) -> Markup {
        number(count, "/changes?run=\(run)#\(what)")
    }

    static func units(_ unit: DistanceUnit, _ url: (DistanceUnit) -> String) -> Markup {
        pick("Unit of distances", DistanceUnit.allCases.map { ($0.label, url($0), $0 == unit) })
    }
}

extension Answer {
    /// A picture as a file, with the pages' style.
    static func picture(_ file: (_ style: String) -> Markup, _ name: String) -> Answer {
        let style = PictureStyle.rules(of: String(decoding: Assets.style.bytes, as: UTF8.self))
        var answer = Answer(ByteBuffer(string: file(style).text), "image/svg+xml")
        answer.headers[.contentDisposition] = #"attachment; filename="\#(name).svg""#
        return answer
    }
}

/// What a picture needs of the pages' style, for a file of its own.
private enum PictureStyle {
    /// The colors, and the rules of charts and texts.
    static func rules(of css: String) -> String {
        let pieces = css.components(separatedBy: "\n/* ")
        let colors = pieces.first?.components(separatedBy: "*, ::before").first ?? ""
        let charts =
            pieces.first { $0.hasPrefix("Charts.") }.map { $0.components(separatedBy: "\n.tip").first ?? "" } ?? ""
        let body = "svg{background:var(--bg)}.page{fill:var(--bg)}.y text{text-anchor:end}"
        return colors + body + "/* " + charts
    }
}
