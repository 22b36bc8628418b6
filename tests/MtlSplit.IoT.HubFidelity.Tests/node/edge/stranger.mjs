// A process that has a module's environment but is none of its processes. Prints what becomes of it.
import device from 'azure-iot-device';
import mqtt from 'azure-iot-device-mqtt';
import common from 'azure-iot-common';

try {
  const client = await device.ModuleClient.fromEnvironment(mqtt.Mqtt);
  client.setRetryPolicy(new common.NoRetry());
  await client.open();
  console.log('let in');
} catch (error) {
  console.log(JSON.stringify({ type: error.constructor.name, message: error.message, body: error.responseBody, status: error.response?.statusCode }));
}

process.exit(0);
