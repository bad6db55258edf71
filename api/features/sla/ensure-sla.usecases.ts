import type { PolicyBody, RuleBody } from '../../../contract/sla.schema'
import type { Tx } from '../../../drizzle/database'
import { system } from '../../lib/actor'
import { yearOf } from '../../lib/clock'
import type { Deps } from '../../lib/deps'
import { chineseHolidays } from './holidays'
import { putCalendar, putPolicy, putRule } from './settings.usecases'
import { loadSlaConfig } from './sla.config.store'

const hour = 3600
/** Seven working hours: 9–12 and 13–17. */
const workingDay = 7 * hour

const week = [1, 2, 3, 4, 5].map((day) => ({
  day,
  spans: [
    { from: '09:00', to: '12:00' },
    { from: '13:00', to: '17:00' },
  ],
}))
const wholeWeek = [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, spans: [{ from: '08:00', to: '20:00' }] }))

const policyOf = (name: string, calendarId: string, more: Partial<PolicyBody>): PolicyBody => ({
  name,
  isActive: true,
  calendarId,
  conditions: [],
  firstResponseSeconds: hour,
  nextResponseSeconds: 4 * hour,
  resolutionSeconds: 3 * workingDay,
  pausesOn: ['waiting_citizen'],
  ...more,
})

const breachStep = (
  hours: number,
  level: number,
  action: RuleBody['steps'][number]['action'],
): RuleBody['steps'][number] => ({
  trigger: 'breach',
  atPercent: null,
  afterSeconds: hours * hour,
  action,
  level,
})
const warnStep = (atPercent: number, level: number): RuleBody['steps'][number] => ({
  trigger: 'warn',
  atPercent,
  afterSeconds: null,
  action: 'notify',
  level,
})

const rules: readonly Omit<RuleBody, 'policyId' | 'isActive'>[] = [
  {
    name: '办结时限',
    clockKind: 'resolution',
    steps: [
      warnStep(80, 1),
      breachStep(0, 2, 'escalate'),
      breachStep(2, 3, 'escalate'),
      breachStep(8, 4, 'escalate'),
    ],
  },
  {
    name: '首次响应',
    clockKind: 'first_response',
    steps: [warnStep(80, 1), breachStep(0, 2, 'escalate'), breachStep(2, 3, 'escalate')],
  },
  {
    name: '回复市民',
    clockKind: 'next_response',
    steps: [warnStep(80, 1), breachStep(0, 2, 'notify'), breachStep(2, 3, 'escalate')],
  },
]

const setUp = async (tx: Tx, deps: Pick<Deps, 'clock' | 'config'>): Promise<void> => {
  const year = yearOf(deps.clock.now())
  const exceptions = [year - 1, year, year + 1].flatMap((each) =>
    chineseHolidays(each, week).map((day) => ({ ...day, spans: [...day.spans] })),
  )
  const calendar = { name: '工作时间', timeZone: 'Asia/Shanghai', week, exceptions }
  const { id } = await putCalendar(tx, deps, system, calendar, null)
  await putPolicy(
    tx,
    deps,
    system,
    policyOf('投诉举报', id, {
      conditions: [{ field: 'complaint', op: 'is', values: ['yes'] }],
      firstResponseSeconds: hour / 2,
      nextResponseSeconds: 2 * hour,
      resolutionSeconds: 2 * workingDay,
    }),
    null,
  )
  await putPolicy(
    tx,
    deps,
    system,
    policyOf('加急', id, {
      conditions: [{ field: 'priority', op: 'in', values: ['urgent', 'high'] }],
      firstResponseSeconds: hour / 2,
      nextResponseSeconds: 2 * hour,
      resolutionSeconds: workingDay,
    }),
    null,
  )
  await putPolicy(tx, deps, system, policyOf('默认时限', id, {}), null, { isDefault: true })
  for (const rule of rules) await putRule(tx, deps, system, { ...rule, policyId: null, isActive: true }, null)
  if (deps.config.isDemo) await addDemoCalendar(tx, deps)
}

/** Something to look at: hours of a hotline that works every day. */
const addDemoCalendar = async (tx: Tx, deps: Pick<Deps, 'clock'>): Promise<void> => {
  await putCalendar(
    tx,
    deps,
    system,
    { name: '便民热线（每天 8–20 点）', timeZone: 'Asia/Shanghai', week: wholeWeek, exceptions: [] },
    null,
  )
}

/**
 * Sees to it that there are a calendar, a default policy and rules to start from; does nothing where there
 * are any, whatever an administrator made of them.
 */
export const ensureSla = (deps: Pick<Deps, 'db' | 'clock' | 'config'>): Promise<void> =>
  deps.db.write(async (tx) => {
    if (!(await loadSlaConfig(tx, deps.clock.now()))) await setUp(tx, deps)
  })
