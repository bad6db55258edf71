import { useQuery } from '@pinia/colada'
import type { ExportFieldList, ExportView } from '../../../contract/exports.schema'
import type { ImportDetail, ImportView } from '../../../contract/imports.schema'
import { api } from '../../lib/api'

const exportFieldsKey = ['ticket-export-fields']
export const exportsKey = ['ticket-exports']
export const importsKey = ['ticket-imports']
export const importKey = (id: string) => [...importsKey, id]

export const useExports = () =>
  useQuery({
    key: exportsKey,
    query: async ({ signal }) => (await api.get<{ items: ExportView[] }>('/exports', { signal })).items,
  })
/** Custom fields that can be columns, once somebody asks for a file. */
export const useExportFields = (isWanted: () => boolean) =>
  useQuery({
    key: exportFieldsKey,
    enabled: isWanted,
    query: async ({ signal }) => (await api.get<ExportFieldList>('/export-fields', { signal })).items,
  })
export const useImports = () =>
  useQuery({
    key: importsKey,
    query: async ({ signal }) => (await api.get<{ items: ImportView[] }>('/imports', { signal })).items,
  })
export const useImport = (id: string) =>
  useQuery({
    key: importKey(id),
    query: ({ signal }) => api.get<ImportDetail>(`/imports/${id}`, { signal }),
  })
