import { useI18n } from 'vue-i18n'
import type { ClockView } from '../../../contract/sla.schema'
import { serverNow } from '../../lib/server-clock'
import { durationWords } from './clock-view'

type Line = ClockView['ledger'][number]

/** Working time and ledgers in sentences. */
export function useSlaWords() {
  const { t, d } = useI18n()

  function duration(ms: number): string {
    const { key, ...params } = durationWords(ms)
    return t(`sla.duration.${key}`, params)
  }

  /** `today 16:30` is short enough as a time, any other day needs its date. */
  function moment(at: string | number): string {
    const date = new Date(at)
    return date.toDateString() === new Date(serverNow()).toDateString() ? d(date, 'time') : d(date, 'short')
  }

  const seconds = (line: Line, name: string): string => duration(Number(line.params[name] ?? 0) * 1000)

  function reasonOf({ params }: Line): string {
    const reason = typeof params.reason === 'string' ? t(`sla.reasons.${params.reason}`) : ''
    return params.waitingOn ? t('sla.waitingOn', { reason, who: params.waitingOn }) : reason
  }

  function ledgerLine(line: Line): string {
    return t(`sla.ledger.${line.key}`, {
      reason: reasonOf(line),
      by: line.params.by ? t('sla.by', { name: line.params.by }) : '',
      target: seconds(line, 'targetSeconds'),
      used: seconds(line, 'usedSeconds'),
      working: seconds(line, 'workingSeconds'),
      remaining: seconds(line, 'remainingSeconds'),
    })
  }

  return { duration, moment, ledgerLine }
}
