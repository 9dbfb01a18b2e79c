import NearEarth
import Warehouse

/// What answers are made of, as JSON Schema. Nothing may stand in an answer that is not here, and a test holds answers
/// against it.
enum Schemas {
    static let approachPage = reference("ApproachPage")
    static let nextList = reference("Next")
    static let object = reference("Object")
    static let changes = reference("Changes")
    static let runs = reference("Runs")
    static let run = reference("Run")
    static let quality = reference("Quality")
    static let quarantine = reference("Quarantine")
    static let schedule = reference("Schedule")
    static let status = reference("Status")

    static func reference(_ name: String) -> JSON { ["$ref": .text("#/components/schemas/\(name)")] }

    static let components: [String: JSON] = [
        "Approach": approach(isPart: false),
        "Facts": approach(isPart: true),
        "Publication": object(["number": integer, "at": instant]),
        "ApproachPage": object([
            "publication": reference("Publication"), "count": integer, "next": ["type": ["string", "null"]],
            "approaches": list("Approach"),
        ]),
        "Next": object([
            "now": instant, "count": integer, "missing_days": ["type": "array", "items": day],
            "approaches": list("Coming"),
        ]),
        "Coming": object(
            ["approach": reference("Facts")], ["at": instant, "seconds_to_go": integer, "miss_distance_ld": number]),
        "Object": object(["id": text, "name": text, "approaches": list("Pass")], ["orbit": texts]),
        "Pass": object([
            "orbiting_body": text, "observation_date": day, "is_published": flag, "versions": list("Version"),
        ]),
        "Version": object(
            ["since": reference("Source"), "last": reference("Source"), "approach": reference("Facts")],
            [
                "ended_by": reference("Source"), "ended_kind": ["type": "string", "enum": ["revised", "retired"]],
                "miss_distance_ld": number,
            ]),
        "Source": object(["said_at": instant, "file": text, "sha256": text], ["run": integer]),
        "Changes": object(["since": instant, "until": instant, "count": integer, "changes": list("Change")]),
        "Change": object(
            [
                "kind": ["type": "string", "enum": .array(ApproachChange.Kind.allCases.map { .text($0.rawValue) })],
                "run": integer, "published_at": instant, "said_at": instant, "file": text, "sha256": text, "id": text,
                "name": text, "orbiting_body": text, "columns": texts,
                "differences": ["type": "object", "additionalProperties": object([:], ["old": text, "new": text])],
            ],
            [
                "shift": object(
                    [:],
                    [
                        "miss_distance_km": number, "miss_distance_ld": number, "minutes": number,
                        "velocity_kps": number, "absolute_magnitude_h": number, "diameter_km_max": number,
                    ])
            ]),
        "Runs": object(["count": integer, "runs": list("RunRecord")]),
        "Run": object(["run": reference("RunRecord"), "batches": list("Batch"), "quality": list("RuleResult")]),
        "RunRecord": object(
            [
                "id": integer, "command": text, "engine": text, "status": text, "service": text, "host": text,
                "pid": integer, "started_at": instant, "heartbeat_at": instant, "planned": integer,
                "published": integer, "skipped": integer, "failed": integer, "inserted": integer, "revised": integer,
                "retired": integer, "unchanged": integer, "quarantined": integer, "requests": integer,
                "waited_ms": integer,
            ],
            [
                "from": day, "to": day, "finished_at": instant, "remaining": integer, "exit_code": integer,
                "error": text,
            ]),
        "Batch": object(
            ["batch": text, "state": text, "run": integer],
            [
                "from": day, "to": day, "raw_file": text, "raw_sha256": text, "raw_bytes": integer,
                "received_at": instant, "processed_file": text, "element_count": integer, "listed": integer,
                "records": integer, "rejected": integer, "staged": integer, "published_sha256": text,
                "published_at": instant, "published_run": integer, "inserted": integer, "revised": integer,
                "retired": integer, "unchanged": integer, "error": text,
            ]),
        "RuleResult": object([
            "rule": text, "severity": text, "passed": flag, "checked": integer, "failed": integer, "detail": text,
        ]),
        "Quality": object([
            "from": day, "to": day, "is_complete": flag, "approaches": integer, "hazardous": integer,
            "missing_days": ["type": "array", "items": day], "refused": ["type": "array", "items": text],
            "open_quarantine": integer,
        ]),
        "Quarantine": object(["count": integer, "entries": list("QuarantineEntry")]),
        "QuarantineEntry": object(
            [
                "id": integer, "status": text, "batch": text, "rule": text, "path": text, "value": text,
                "reason": text, "raw_file": text, "raw_sha256": text, "record": text, "run": integer,
                "created_at": instant,
            ], ["spk_id": text, "resolved_run": integer]),
        "Schedule": object(
            [
                "schema": text, "start": instant, "paused": flag, "slots": list("Slot"),
                "definition": object(
                    [
                        "time_zone": text, "catchup": flag, "look_back_days": integer, "ahead_days": integer,
                        "misfire": text,
                        "misfire_grace_s": integer, "retries": integer, "retry_delay_s": integer,
                        "stage_timeout_s": integer,
                    ], ["every": text, "cron": text]),
            ], ["settled": instant, "next": instant]),
        "Slot": object(
            [
                "schedule": text, "slot": text, "due": instant, "from": day, "to": day, "state": text,
                "attempts": integer,
            ],
            [
                "run": integer, "host": text, "pid": integer, "heartbeat_at": instant, "finished_at": instant,
                "error": text,
            ]),
        "Status": object(
            [
                "publication": reference("Publication"),
                "summary": object(
                    [
                        "approaches": integer, "objects": integer, "hazardous": integer, "days": integer,
                        "revisions": integer, "retired": integer, "open_quarantine": integer, "orbits": integer,
                    ], ["first_day": day, "last_day": day, "checkpoint": day, "origin": text]),
            ], ["last_run": reference("RunRecord")]),
        "Problem": object(["type": text, "title": text, "status": integer, "detail": text], ["parameter": text]),
    ]

    private static let text: JSON = ["type": "string"]
    private static let day: JSON = ["type": "string", "format": "date"]
    private static let instant: JSON = ["type": "string", "format": "date-time"]
    private static let integer: JSON = ["type": "integer"]
    private static let number: JSON = ["type": "number"]
    private static let flag: JSON = ["type": "boolean"]
    private static let texts: JSON = ["type": "object", "additionalProperties": text]

    private static func list(_ name: String) -> JSON { ["type": "array", "items": reference(name)] }

    /// An object of these members, the second ones not always.
    private static func object(_ required: [String: JSON], _ optional: [String: JSON] = [:]) -> JSON {
        [
            "type": "object", "additionalProperties": false,
            "properties": .object(required.merging(optional) { first, _ in first }),
            "required": .array(required.keys.sorted().map(JSON.text)),
        ]
    }

    /// An approach: in a list those fields that were asked for; as a part of something, all that NASA states.
    private static func approach(isPart: Bool) -> JSON {
        var members: [String: JSON] = [:]
        for field in ApproachField.allCases where !isPart || field.column != nil {
            members[field.rawValue] = value(field)
        }
        return isPart ? object(members) : object([:], members)
    }

    private static func value(_ field: ApproachField) -> JSON {
        let isRequired = field.column?.isRequired ?? true
        func type(_ name: String) -> JSON { isRequired ? .text(name) : .array([.text(name), "null"]) }
        switch field {
        case .firstSeen, .lastSeen: return instant
        case .source: return ["type": "string", "enum": ["feed", "lookup"]]
        case .run: return integer
        default: break
        }
        switch field.column?.kind {
        case .decimal: return ["type": type("number")]
        case .flag: return ["type": type("boolean")]
        case .milliseconds: return ["type": type("integer")]
        case .day: return day
        case .text, nil: return ["type": type("string")]
        }
    }
}
