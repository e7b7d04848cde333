import { toJsonSchema } from '@valibot/to-json-schema';
import { expect, test } from 'vitest';
import { REPORT_SCHEMA_ID, REPORT_VERSION, ReportSchema } from '../../src/profile/report';

// Written by this test: `npx vitest run test/unit/reportSchema.test.ts --update` after a change of src/profile/report.ts.
test('docs/report.schema.json is that of the report as it is now', async () => {
  const schema = {
    $id: `${REPORT_SCHEMA_ID}/${REPORT_VERSION}`,
    title: 'Kernel Lens report',
    description: 'One run of Kernel Lens. docs/report.md says what each field means.',
    ...toJsonSchema(ReportSchema),
  };
  await expect(`${JSON.stringify(schema, null, 2)}\n`).toMatchFileSnapshot('../../docs/report.schema.json');
});
