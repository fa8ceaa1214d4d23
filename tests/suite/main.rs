//! The suite.

mod arrows;
mod book;
mod class;
mod command_line;
mod exercises;
mod grade;
mod junit;
mod mutants;
mod near_misses;
mod pages;
mod picture;
mod programs;
mod right_programs;
mod seeds;
mod solution_rows;
mod solutions;
mod tidy;
