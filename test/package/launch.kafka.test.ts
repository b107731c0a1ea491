/** The packed package starts a broker: its watchdog, the certificate and kafkajs are found where they are. */
import { expect, it } from '@jest/globals';
import { execute, PackedProject } from './packed.js';

it('starts a broker and stops it', async () => {
  const project = await PackedProject.create();
  try {
    await project.link('kafkajs');
    const program = `
      import { launchKafka } from 'tavro/testing';
      const kafka = await launchKafka();
      console.log(kafka.kind, kafka.saslSsl.ca.slice(0, 27));
      await kafka.stop();`;
    const { stdout } = await execute(process.execPath, ['--input-type=module', '-e', program], {
      cwd: project.folder,
      env: { ...process.env, TAVRO_KAFKA: undefined },
    });
    expect(stdout).toMatch(/^(java|docker) -----BEGIN CERTIFICATE-----\n$/);
  } finally {
    await project.remove();
  }
});
