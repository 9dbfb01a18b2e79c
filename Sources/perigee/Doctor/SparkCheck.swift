import Foundation
import Pipeline
import SparkConnect
import Transform
import Warehouse

/// The cluster.
struct SparkCheck: DoctorCheck {
    let subject = "spark"

    func look(_ session: Session) async throws -> [Finding] { [] }
}
