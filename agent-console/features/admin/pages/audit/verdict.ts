/** What recomputing the chain found, and when that was. */
export interface AuditVerdict {
  isIntact: boolean
  entries: number
  brokenAt: number | null
  at: Date
}
