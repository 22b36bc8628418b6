/* ONNX Runtime with nothing around it: loads a model, makes one feature, says so, makes more, and says what memory it has. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "onnxruntime_c_api.h"

static const OrtApi *api;

static void check(OrtStatus *status) {
    if (status != NULL) {
        fprintf(stderr, "%s\n", api->GetErrorMessage(status));
        exit(1);
    }
}

/* bare MODEL INPUT OUTPUT HEIGHT WIDTH CHANNELS RUNS */
int main(int count, char **words) {
    if (count != 8) {
        return 2;
    }

    int64_t shape[4] = {1, atoll(words[4]), atoll(words[5]), atoll(words[6])};
    size_t size = (size_t)(shape[1] * shape[2] * shape[3]);
    unsigned char *frame = calloc(size, 1);
    const char *inputs[1] = {words[2]}, *outputs[1] = {words[3]};
    OrtEnv *env;
    OrtSessionOptions *options;
    OrtSession *session;
    OrtMemoryInfo *memory;
    OrtValue *input = NULL;
    api = OrtGetApiBase()->GetApi(ORT_API_VERSION);
    check(api->CreateEnv(ORT_LOGGING_LEVEL_ERROR, "bare", &env));
    check(api->DisableTelemetryEvents(env));
    check(api->CreateSessionOptions(&options));
    check(api->SetIntraOpNumThreads(options, 1));
    check(api->CreateSession(env, words[1], options, &session));
    check(api->CreateCpuMemoryInfo(OrtArenaAllocator, OrtMemTypeDefault, &memory));
    check(api->CreateTensorWithDataAsOrtValue(memory, frame, size, shape, 4, ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8, &input));
    for (int run = 0, runs = atoi(words[7]); run < runs; run++) {
        OrtValue *output = NULL;
        check(api->Run(session, NULL, inputs, (const OrtValue *const *)&input, 1, outputs, 1, &output));
        api->ReleaseValue(output);
        if (run == 0) {
            puts("first");
            fflush(stdout);
        }
    }

    puts("all");
    fflush(stdout);
    /* Whoever started it looks at its memory now, and lets it go by closing its standard input. */
    return getchar() == EOF ? 0 : 1;
}
