# A short run of each fuzzer of the analyzer, always over the same inputs. They are built as the project of
# their own that they are; rm_fuzz_tests() has looked for a clang that can.
find_program(FUZZ_CLANGXX clang++-19)
if(NOT RM_CAN_FUZZ OR NOT FUZZ_CLANGXX)
  add_test(NAME fuzz_analyzer COMMAND sh -c "echo 'not fuzzed: install clang-19 and libclang-rt-19-dev'; exit 77")
  set_tests_properties(fuzz_analyzer PROPERTIES SKIP_RETURN_CODE 77)
  return()
endif()

set(build ${CMAKE_BINARY_DIR}/fuzz_analyzer)
add_test(NAME fuzz_analyzer_configure
         COMMAND ${CMAKE_COMMAND} -S ${CMAKE_CURRENT_LIST_DIR} -B ${build}
                 -DCMAKE_C_COMPILER=${RM_FUZZ_CLANG} -DCMAKE_CXX_COMPILER=${FUZZ_CLANGXX}
                 -DCMAKE_C_COMPILER_LAUNCHER=${CMAKE_C_COMPILER_LAUNCHER}
                 -DCMAKE_CXX_COMPILER_LAUNCHER=${CMAKE_CXX_COMPILER_LAUNCHER})
add_test(NAME fuzz_analyzer_build COMMAND ${CMAKE_COMMAND} --build ${build} -j2)
set_tests_properties(fuzz_analyzer_configure PROPERTIES FIXTURES_SETUP fuzz_analyzer_configured)
set_tests_properties(fuzz_analyzer_build PROPERTIES FIXTURES_REQUIRED fuzz_analyzer_configured
                     FIXTURES_SETUP fuzz_analyzer_built TIMEOUT 1800)

# fuzz_test(NAME RUNS MOST_BYTES PATTERN...): the patterns name good starts beside those in corpus/.
function(fuzz_test name runs most)
  set(patterns ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/${name}/corpus/*)
  foreach(pattern ${ARGN})
    list(APPEND patterns ${PROJECT_SOURCE_DIR}/${pattern})
  endforeach()
  file(GLOB inputs CONFIGURE_DEPENDS ${patterns})
  list(JOIN inputs "," inputs)
  add_test(NAME fuzz_${name}
           COMMAND ${build}/fuzz_${name} -runs=${runs} -seed=1 -max_len=${most} -timeout=60
                   -artifact_prefix=${build}/ -seed_inputs=${inputs})
  set_tests_properties(fuzz_${name} PROPERTIES FIXTURES_REQUIRED fuzz_analyzer_built TIMEOUT 600)
endfunction()

fuzz_test(source 100 5000 testcases/frontend/*.c testcases/rules/leak/*.c)
fuzz_test(ir 8000 4096 testcases/ir/*.ir testcases/engine/*.ir)
fuzz_test(contracts 5000 2048 rules/contracts/*.tsv)
fuzz_test(compdb 10000 1024)
fuzz_test(config 5000 1024)
fuzz_test(wire 20000 8192)
fuzz_test(summary 8000 2048)
