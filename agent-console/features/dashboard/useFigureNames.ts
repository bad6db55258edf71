import { useI18n } from 'vue-i18n'

/** Words for whatever a list may be of: a figure, what it counts, or a live number; and for departments. */
export function useFigureNames() {
  const { t, te } = useI18n()
  function nameOf(figure: string): string {
    if (te(`dashboard.counted.${figure}`)) return t(`dashboard.counted.${figure}`)
    if (te(`dashboard.figures.${figure}.name`)) return t(`dashboard.figures.${figure}.name`)
    return te(`dashboard.live.${figure}`) ? t(`dashboard.live.${figure}`) : figure
  }
  /** A department as a row of a table or chart: with those below it, or what it holds itself. */
  const departmentName = ({ name, isDirect }: { name: string; isDirect: boolean }): string =>
    isDirect ? t('dashboard.direct', { name }) : name
  return { nameOf, departmentName }
}
