/** How long each thing about a matter may take, in minutes of its owner's working time. */
export interface EscalationTimes {
  /** Whoever is given a matter says by then that they have it; otherwise it climbs. */
  acknowledgeMinutes: number
  /** From raising to closing; climbing wins no time. */
  settleMinutes: number
  /** A matter that nobody touched for so long turns the red light on. */
  redLightMinutes: number
}

export const escalationTimeNames = ['acknowledgeMinutes', 'settleMinutes', 'redLightMinutes'] as const
export type EscalationTimeName = (typeof escalationTimeNames)[number]

/** Until an administrator says otherwise: two hours, three days of seven hours, 20 minutes. */
export const standardTimes: EscalationTimes = {
  acknowledgeMinutes: 120,
  settleMinutes: 3 * 7 * 60,
  redLightMinutes: 20,
}

/** What can be set, in minutes. Nobody answers within less than 5; 90 working days of 24 hours are the most. */
export const timeLimits: Record<EscalationTimeName, { min: number; max: number }> = {
  acknowledgeMinutes: { min: 5, max: 5 * 24 * 60 },
  settleMinutes: { min: 30, max: 90 * 24 * 60 },
  redLightMinutes: { min: 5, max: 24 * 60 },
}

/** True where each time is within its limits and a matter has to be acknowledged before it has to be settled. */
export const areSound = (times: EscalationTimes): boolean =>
  escalationTimeNames.every(
    (name) =>
      Number.isInteger(times[name]) &&
      times[name] >= timeLimits[name].min &&
      times[name] <= timeLimits[name].max,
  ) && times.acknowledgeMinutes <= times.settleMinutes
