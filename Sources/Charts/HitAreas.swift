/// How large the areas around marks are that a pointer hits: none covers another one's mark.
public enum HitAreas {
    /// What is left of an area where two marks lie on each other.
    private static let smallest = 1.5

    /// The radius of each mark's area: as wished, and a pixel less than half of the way to its nearest
    /// neighbor.
    public static func radii(_ marks: [(x: Double, y: Double, wish: Double)]) -> [Double] {
        marks.indices.map { index in
            var nearest = Double.infinity
            for other in marks.indices where other != index {
                let (x, y) = (marks[other].x - marks[index].x, marks[other].y - marks[index].y)
                nearest = min(nearest, x * x + y * y)
            }
            return min(marks[index].wish, max(smallest, nearest.squareRoot() / 2 - 1))
        }
    }
}
