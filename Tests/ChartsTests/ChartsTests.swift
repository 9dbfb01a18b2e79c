import Charts
import Testing

@Suite("Markup")
struct MarkupTests {
    @Test("What is put in is escaped, in content and in attributes; markup is not")
    func escaping() {
        let name = #"<script>alert("1" & '2')</script>"#
        let row: Markup = #"<td title="\#(name)">\#(name)</td>"#
        let escaped = "&lt;script&gt;alert(&quot;1&quot; &amp; &#39;2&#39;)&lt;/script&gt;"
        #expect(row.text == #"<td title="\#(escaped)">\#(escaped)</td>"#)
        let outer: Markup = "<tr>\(row)</tr>"
        #expect(outer.text == "<tr>\(row.text)</tr>")
    }

    @Test(
        "Controls, and marks that turn the direction of a line, do not get through",
        arguments: [
            "\u{0}", "\u{1B}", "\u{202E}", "\u{2066}",
        ])
    func controls(_ control: String) {
        let text: Markup = "\("a\(control)b")"
        #expect(text.text == "a\u{FFFD}b")
    }

    @Test("Other languages' letters stay as they are")
    func letters() {
        let text: Markup = "\("\u{2BB}Oumuamua, Čapek, 楊")"
        #expect(text.text == "\u{2BB}Oumuamua, Čapek, 楊")
    }

    @Test(
        "Coordinates have two decimals at most",
        arguments: [
            (0, "0"), (1, "1"), (-1, "-1"), (0.5, "0.5"), (12.345, "12.35"), (-0.004, "0"), (-0.25, "-0.25"),
            (100.049, "100.05"),
            (.nan, "0"), (.infinity, "0"), (3.1, "3.1"), (3.01, "3.01"),
        ] as [(Double, String)])
    func coordinates(_ number: Double, _ text: String) {
        #expect(Coordinate.text(number) == text)
    }
}

@Suite("Scales")
struct ScaleTests {
    @Test("A log scale has equal distances for equal ratios")
    func logScale() {
        let scale = LogScale(0.01, 100)
        #expect(scale.place(0.01) == 0)
        #expect(abs(scale.place(1) - 0.5) < 1e-12)
        #expect(abs(scale.place(100) - 1) < 1e-12)
        #expect(abs(scale.place(20) - scale.place(2) - 0.25) < 1e-12)
        #expect(scale.place(0) == 0)
        #expect(scale.place(-3) == 0)
    }

    @Test("Its marks are 1, 2 and 5 times powers of ten, inside it")
    func logTicks() {
        let ticks = LogScale(0.0166, 230).ticks
        #expect(ticks.filter(\.isDecade).map(\.value) == [0.1, 1, 10, 100])
        #expect(ticks.first?.value == 0.02)
        #expect(ticks.last?.value == 200)
        #expect(ticks.count == 13)
    }

    @Test("A day scale runs from the first moment of a day to the last of another")
    func days() {
        // 2020-02-27 to 2020-03-01.
        let scale = DayScale(first: 18_319, end: 18_323)
        #expect(scale.place(18_319) == 0)
        #expect(scale.place(18_321) == 0.5)
        #expect(scale.place(18_323) == 1)
        #expect(DayScale(first: 5, end: 5).place(6) == 1)
    }

    @Test("Weeks are marked on Mondays, months on the first, years on January 1, also before 1970")
    func dayTicks() {
        // 1969-12-20 to 1970-01-20: Mondays are December 22 and 29, January 5, 12 and 19.
        let scale = DayScale(first: -12, end: 20)
        #expect(scale.ticks(every: .weeks) == [-10, -3, 4, 11, 18])
        #expect(scale.ticks(every: .months) == [0])
        #expect(scale.ticks(every: .years(1)) == [0])
        #expect(scale.ticks(every: .days).count == 32)
        // 1900 to 2100, every 20 years: 1900 was no leap year.
        let centuries = DayScale(first: -25_567, end: 47_482)
        #expect(centuries.ticks(every: .years(100)) == [-25_567, 10_957])
        #expect(centuries.ticks(every: .years(20)).count == 10)
    }

    @Test(
        "The step leaves room for the labels",
        arguments: [(7, "days"), (91, "weeks"), (366, "months"), (4000, "years(1)"), (73_000, "years(20)")])
    func step(_ days: Int, _ step: String) {
        #expect("\(DayScale(first: 0, end: days).step)" == step)
    }
}

@Suite("Labels beside marks")
struct LabelTests {
    private typealias Box = LabelPlacement.Box
    private typealias Wish = LabelPlacement.Wish

    /// Random pictures, which a seed stands for.
    private struct Random {
        var state: UInt64

        mutating func next(_ range: Range<Double>) -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return range.lowerBound + Double(state >> 11) / Double(1 << 53) * (range.upperBound - range.lowerBound)
        }
    }

    @Test("No label meets another one, a mark or the frame, in 200 random pictures", arguments: 0..<200)
    func nothingMeets(_ seed: Int) {
        var random = Random(state: UInt64(seed) &* 7919 &+ 1)
        let wishes = (0..<40).map { _ in
            Wish(
                x: random.next(0..<660), y: random.next(0..<500), radius: random.next(3..<20),
                width: random.next(40..<120),
                height: 14, priority: random.next(1..<100))
        }
        let marks = wishes.map { Box(around: $0.x, $0.y, radius: $0.radius) }
        let sides = LabelPlacement(width: 660, height: 500, taken: marks).place(wishes, atMost: 14)
        let placed = zip(wishes, sides).enumerated().compactMap { index, item in item.1.map { (index, item.0.box($0)) }
        }
        #expect(placed.count <= 14)
        for (index, box) in placed {
            #expect(box.left >= 0 && box.right <= 660 && box.top >= 0 && box.bottom <= 500)
            let others = marks.indices.filter { $0 != index && marks[$0] != marks[index] }
            #expect(!others.contains { overlap(marks[$0], box) })
            #expect(!placed.contains { $0.0 != index && overlap($0.1, box) })
        }
    }

    private func overlap(_ one: Box, _ two: Box) -> Bool {
        one.left < two.right && two.left < one.right && one.top < two.bottom && two.top < one.bottom
    }

    @Test("What matters most has its label where there is room for one alone, and a picture is always the same")
    func priority() {
        let wishes = [
            Wish(x: 50, y: 50, radius: 4, width: 60, height: 14, priority: 1),
            Wish(x: 52, y: 52, radius: 4, width: 60, height: 14, priority: 9),
        ]
        let placement = LabelPlacement(width: 130, height: 66, taken: [])
        let sides = placement.place(wishes, atMost: 1)
        #expect(sides[0] == nil)
        #expect(sides[1] != nil)
        #expect(placement.place(wishes, atMost: 1) == sides)
        #expect(placement.place(wishes, atMost: 0) == [nil, nil])
    }
}

@Suite("Areas around marks")
struct HitAreasTests {
    @Test(
        "No area covers another mark, also where the picture is half as wide; alone, a mark has the area it wishes for")
    func areas() {
        let marks = (0..<200).map { _ in
            (x: Double.random(in: 0..<660), y: Double.random(in: 0..<500), wish: 12.0)
        }
        let radii = HitAreas.radii(marks)
        for (index, one) in marks.enumerated() {
            #expect(radii[index] <= 12)
            for (place, other) in marks.enumerated() where place != index {
                func apart(_ width: Double) -> Double {
                    let (x, y) = ((one.x - other.x) * width, one.y - other.y)
                    return (x * x + y * y).squareRoot()
                }
                // Of marks on each other, each keeps a point of an area.
                guard apart(1) > 5 else { continue }
                #expect(radii[index] + radii[place] < apart(1))
                #expect(radii[index] < apart(0.5))
            }
        }
        #expect(HitAreas.radii([(10, 10, 15), (200, 10, 12)]) == [15, 12])
        #expect(HitAreas.radii([(10, 10, 12)]) == [12])
        #expect(HitAreas.radii([(10, 10, 12), (10, 10, 12)]).allSatisfy { $0 > 0 })
    }
}
